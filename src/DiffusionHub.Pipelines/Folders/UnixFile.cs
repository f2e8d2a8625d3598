using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace DiffusionHub.Pipelines.Folders;

/// <summary>What the system says of a file behind all links, which .NET does not tell: whether it is one, and on which file system.</summary>
internal static partial class UnixFile
{
    private const int WorkingFolder = -100;
    private const uint BasicFacts = 0x7ff;
    private const int TypeMask = 0xF000;
    private const int RegularType = 0x8000;
    private const int FolderType = 0x4000;
    private const int LongestPath = 4096;

    /// <summary>Whether something is there (a link to nothing is not) that is neither file nor folder: a device, a pipe, a socket.</summary>
    public static bool IsSpecial(string path) => Facts(path) is { } facts && Type(facts) is not (RegularType or FolderType);

    /// <summary>The number of the file system that it is on; null where nothing is.</summary>
    public static ulong? FileSystem(string path) => Facts(path) is { } facts ? BinaryPrimitives.ReadUInt64LittleEndian(facts.AsSpan(136)) : null;

    /// <summary>The path without links in any of its parts; null where nothing is.</summary>
    public static string? Real(string path)
    {
        var buffer = new byte[LongestPath];
        return realpath(path, buffer) == 0 ? null : Encoding.UTF8.GetString(buffer.AsSpan(0, buffer.AsSpan().IndexOf((byte)0)));
    }

    private static int Type(byte[] facts) => BinaryPrimitives.ReadUInt16LittleEndian(facts.AsSpan(28)) & TypeMask;

    // The kernel's struct statx, which is the same on all processors: 256 bytes, the mode at 28, the file system's numbers at 136.
    private static byte[]? Facts(string path)
    {
        var facts = new byte[256];
        return statx(WorkingFolder, path, 0, BasicFacts, facts) == 0 ? facts : null;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int statx(int folder, string path, int flags, uint mask, [Out] byte[] facts);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint realpath(string path, [Out] byte[] resolved);
}

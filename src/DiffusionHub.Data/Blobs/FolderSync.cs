using System.Runtime.InteropServices;

namespace DiffusionHub.Data.Blobs;

/// <summary>Makes a folder's entries outlive a power cut: fsync(2) of the folder itself, which .NET has no method for.</summary>
internal static partial class FolderSync
{
    private const int ReadOnlyCloseOnExec = 0x80000;
    private const int InvalidArgument = 22;
    private const int NotSupported = 95;

    /// <summary>Flushes <paramref name="folder"/> and those above it, up to <paramref name="root"/>. What is on the disk already costs next to nothing.</summary>
    /// <exception cref="IOException">It could not be flushed.</exception>
    public static void FlushUpTo(string folder, string root)
    {
        Flush(folder);
        if (folder.Length > root.Length && Path.GetDirectoryName(folder) is { } parent)
        {
            FlushUpTo(parent, root);
        }
    }

    private static void Flush(string folder)
    {
        var handle = open(folder, ReadOnlyCloseOnExec);
        if (handle < 0)
        {
            throw Fault(folder, Marshal.GetLastPInvokeError());
        }

        var error = fsync(handle) == 0 ? 0 : Marshal.GetLastPInvokeError();
        _ = close(handle);
        // Some network folders know no flush of a folder: they keep their own promises.
        if (error is not (0 or InvalidArgument or NotSupported))
        {
            throw Fault(folder, error);
        }
    }

    private static IOException Fault(string folder, int error) => new($"{folder}: {Marshal.GetPInvokeErrorMessage(error)}");

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int handle);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int handle);
}

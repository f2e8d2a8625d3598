using System.Runtime.InteropServices;

namespace DiffusionHub.Inference;

/// <summary>Gives memory back to the system that loading a graph used and running it does not need.</summary>
internal static partial class NativeMemory
{
    private const int DontNeed = 4;

    /// <summary>Scratch that the allocator would keep: half of a float16 model.</summary>
    public static void ReleaseScratch() => _ = malloc_trim(0);

    /// <summary>Pages of a mapped file: those that are still read come back from the system's cache by themselves. Advice only, so that a refusal is no error.</summary>
    public static void ReleasePages(SafeBuffer file) => _ = madvise(file.DangerousGetHandle(), (nuint)file.ByteLength, DontNeed);

    /// <summary>The same, of a stretch.</summary>
    public static void ReleasePages(SafeBuffer file, long offset, long length)
    {
        var begin = offset / Environment.SystemPageSize * Environment.SystemPageSize;
        _ = madvise(file.DangerousGetHandle() + (nint)begin, (nuint)(offset + length - begin), DontNeed);
    }

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int malloc_trim(nuint pad);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int madvise(nint address, nuint length, int advice);
}

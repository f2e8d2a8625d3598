namespace DiffusionHub.Postgres;

/// <summary>
/// A lock that one process holds on a file: the operating system drops it when that process ends in whatever way, so a file left by a
/// killed process never locks anyone out.
/// </summary>
public sealed class FolderLock : IDisposable
{
    // EAGAIN: flock(2) says that someone else holds it.
    private const int WouldBlock = 11;
    private readonly FileStream file;

    private FolderLock(FileStream file) => this.file = file;

    /// <summary>The lock, or null when another process (or another part of this one) holds it.</summary>
    /// <param name="path">The lock file; it is created when missing and stays.</param>
    /// <exception cref="IOException">The file cannot be created: a full or read-only disk.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write there.</exception>
    public static FolderLock? TryTake(string path)
    {
        try
        {
            return new FolderLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException error) when (error.HResult == WouldBlock)
        {
            return null;
        }
    }

    /// <summary>Gives the lock back.</summary>
    public void Dispose() => file.Dispose();
}

namespace DiffusionHub.Pipelines.Folders;

/// <summary>What tells a changed file without reading it.</summary>
/// <param name="Length">Length in bytes.</param>
/// <param name="Changed">When it was last written.</param>
internal sealed record FileStamp(long Length, DateTime Changed)
{
    /// <summary>That of the file behind all links.</summary>
    public static FileStamp Of(string path)
    {
        var file = new FileInfo(UnixFile.Real(path) ?? path);
        return new FileStamp(file.Length, file.LastWriteTimeUtc);
    }
}

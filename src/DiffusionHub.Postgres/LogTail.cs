namespace DiffusionHub.Postgres;

/// <summary>What a server wrote to its log from now on.</summary>
internal sealed class LogTail(string file)
{
    private const int Lines = 12;
    private readonly long start = File.Exists(file) ? new FileInfo(file).Length : 0;

    /// <summary>Whether PostgreSQL's words mean that the disk is full: refused outright, or cut short in mid-write.</summary>
    public static bool SpeaksOfFullDisk(string words) =>
        words.Contains("No space left", StringComparison.Ordinal) || words.Contains("Check free disk space", StringComparison.Ordinal);

    /// <summary>The last lines since then.</summary>
    public string Read()
    {
        if (!File.Exists(file))
        {
            return "";
        }

        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        // A rotated log is shorter than it was: everything in it is new.
        stream.Position = start <= stream.Length ? start : 0;
        using var reader = new StreamReader(stream);
        return string.Join('\n', reader.ReadToEnd().TrimEnd().Split('\n').TakeLast(Lines));
    }
}

namespace DiffusionHub.Pipelines.LatentDiffusion;

/// <summary>A file or folder as it is now: when it is replaced under its name, what was loaded from it is old.</summary>
/// <param name="Path">The path; null for a model's own part.</param>
/// <param name="Changed">Newest time of change of the file, or of the folder's files.</param>
/// <param name="Bytes">Their length.</param>
internal sealed record PathStamp(string? Path, DateTime Changed, long Bytes)
{
    public static PathStamp Of(string? path)
    {
        var files = path is null ? [] : File.Exists(path) ? [new FileInfo(path)] : Directory.Exists(path) ? new DirectoryInfo(path).GetFiles() : [];
        return new PathStamp(path, files.Select(file => file.LastWriteTimeUtc).DefaultIfEmpty().Max(), files.Sum(file => file.Length));
    }

    /// <summary>All of it, to the last tick: texts of stamps are keys.</summary>
    public override string ToString() => FormattableString.Invariant($"{Path}\0{Changed.Ticks}\0{Bytes}");

    /// <summary>Stamps of adapters, with what else tells them apart.</summary>
    public static IReadOnlyList<(PathStamp Stamp, double Weight)> Of(IEnumerable<AdapterChoice> adapters) => [.. adapters.Select(adapter => (Of(adapter.Path), adapter.Weight))];
}

namespace DiffusionHub.Pipelines.Folders;

/// <summary>Where a model is: a folder in the diffusers layout or an exporter's, or a single file; with what the hub's own <c>model.json</c> says of it.</summary>
public sealed class ModelSource
{
    private ModelSource(string name, string path, string? entry, ModelCard card, FileHashes? hashes) =>
        (Name, Path, Entry, Card, Hashes) = (name, path, entry, card, hashes ?? FileHashes.Forgetful);

    /// <summary>Name in the catalogue.</summary>
    public string Name { get; }

    /// <summary>Full path of the folder or file.</summary>
    public string Path { get; }

    /// <summary>The catalogue's folder for it, where <c>model.json</c> lies; null where it was named by its path.</summary>
    public string? Entry { get; }

    /// <summary>What it is, one of <see cref="ModelKinds"/>.</summary>
    public string Kind => Card.Kind;

    /// <summary>True for a single file.</summary>
    public bool IsFile => File.Exists(Path);

    /// <summary>It as a folder.</summary>
    public ModelFolder Folder => new(Path);

    /// <summary>What <c>model.json</c> says.</summary>
    internal ModelCard Card { get; }

    /// <summary>What is known of files' hashes.</summary>
    internal FileHashes Hashes { get; }

    /// <summary>Tells it as it is now from what it was: changes whenever its card or a file does that the card states.</summary>
    public string Stamp => string.Join('\n',
    [
        Entry is { } entry ? $"{File.GetLastWriteTimeUtc(System.IO.Path.Combine(entry, ModelCard.FileName)).Ticks}" : "",
        .. Stated().Select(file => $"{file.Name} {FileStamp.Of(file.Path)}"),
    ]);

    /// <summary>Names of its files that are no longer as they were when the card was written.</summary>
    internal IReadOnlyList<string> Changed => [.. Stated().Where(file => FileStamp.Of(file.Path) != file.Then).Select(file => file.Name)];

    /// <summary>SHA-256 of a file of it: what the card says, unless the file has changed since.</summary>
    /// <exception cref="ModelFolderException">It cannot be read.</exception>
    internal string HashOf(string file) =>
        Card.Hashes.TryGetValue(NameOf(file), out var hash) && !Changed.Contains(NameOf(file), StringComparer.Ordinal) ? hash : Hashes.Sha256(file);

    /// <summary>What <see cref="ModelCard.Hashes"/> calls a file of it.</summary>
    internal string NameOf(string file) => IsFile ? System.IO.Path.GetFileName(file) : System.IO.Path.GetRelativePath(Path, file);

    /// <summary>The model in the catalogue's folder <paramref name="entry"/>: the folder itself, or what its <c>model.json</c> points to.</summary>
    /// <param name="entry">The folder.</param>
    /// <param name="hashes">Where files' hashes are kept, or null.</param>
    /// <exception cref="ModelFolderException">The card is damaged or what it points to is gone.</exception>
    public static ModelSource OfEntry(string entry, FileHashes? hashes = null)
    {
        var folder = new ModelFolder(entry);
        var card = ModelCard.Read(folder);
        var path = card.Source is { } source ? System.IO.Path.GetFullPath(source, folder.Path) : folder.Path;
        return System.IO.Path.Exists(path)
            ? new ModelSource(System.IO.Path.GetFileName(folder.Path), path, folder.Path, card, hashes)
            : throw ModelFolderException.Missing(path);
    }

    /// <summary>The model at a path: a folder with or without a card, or a file.</summary>
    /// <param name="path">The path.</param>
    /// <param name="predictionType">What the network of a single file predicts (<c>epsilon</c>, <c>v_prediction</c>), where the file does not say; null: not told.</param>
    /// <param name="hashes">Where files' hashes are kept, or null.</param>
    /// <exception cref="ModelFolderException">There is nothing.</exception>
    public static ModelSource At(string path, string? predictionType = null, FileHashes? hashes = null)
    {
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        return File.Exists(full) ? new ModelSource(System.IO.Path.GetFileNameWithoutExtension(full), full, null, new ModelCard { PredictionType = predictionType }, hashes)
            : Directory.Exists(full) ? OfEntry(full, hashes)
            : throw ModelFolderException.NoFolder(full);
    }

    private IEnumerable<(string Name, string Path, FileStamp Then)> Stated() =>
        from file in Card.Files
        let path = IsFile ? Path : System.IO.Path.Combine(Path, file.Key)
        where file.Value is not null && File.Exists(path)
        select (file.Key, path, file.Value);

    /// <summary>What lies at a path, under a name and a card that are not written yet.</summary>
    internal static ModelSource Under(string name, string path, ModelCard card, FileHashes? hashes) => new(name, path, null, card, hashes);
}

namespace DiffusionHub.Pipelines.Folders;

/// <summary>Finds models by name in a list of folders; the first that holds a name wins.</summary>
/// <param name="roots">Folders whose sub-folders are models; those that do not exist are passed over.</param>
/// <param name="hashes">Where files' hashes are kept, or null.</param>
public sealed class ModelFolders(IEnumerable<string> roots, FileHashes? hashes = null)
{
    private static readonly string[] Marks = [ModelIndex.FileName, ModelCard.FileName];
    private readonly string[] roots = [.. roots];

    /// <summary>The usual places: <c>models</c> in the data folder (when there is one), then the models that come with the hub.</summary>
    public static ModelFolders Usual(string? dataFolder)
    {
        var own = dataFolder is null ? null : Path.Combine(dataFolder, "models");
        string?[] places = [own, BuiltIn()];
        return new ModelFolders(places.OfType<string>(), own is null ? null : new FileHashes(Path.Combine(own, FileHashes.FileName)));
    }

    /// <summary>What is known of files' hashes.</summary>
    public FileHashes Hashes { get; } = hashes ?? FileHashes.Forgetful;

    /// <summary>Everything in the folders, in order of name; folders that begin with a dot are no entries.</summary>
    public IReadOnlyList<FolderEntry> Entries =>
    [
        .. roots.Where(Directory.Exists)
            .SelectMany(Directory.EnumerateDirectories)
            .Where(IsEntry)
            .DistinctBy(Path.GetFileName, StringComparer.Ordinal)
            .OrderBy(Path.GetFileName, StringComparer.Ordinal)
            .Select(FolderEntry.Read),
    ];

    /// <summary>Names of all models, in order of name: neither of adapters nor of other parts.</summary>
    public IReadOnlyList<string> Names => NamesOf(ModelKinds.Model);

    /// <summary>Names of what is of that kind, in order of name.</summary>
    /// <param name="kind">One of <see cref="ModelKinds"/>.</param>
    public IReadOnlyList<string> NamesOf(string kind) => [.. Entries.Where(entry => entry.Kind == kind).Select(entry => entry.Name)];

    /// <summary>The model of that name, or the folder or file of that path when it has a separator in it.</summary>
    /// <exception cref="UnknownModelException">No model has that name; the message lists the names.</exception>
    /// <exception cref="ModelFolderException">No model lies at that path.</exception>
    public ModelSource Find(string nameOrPath)
    {
        if (nameOrPath.Contains(Path.DirectorySeparatorChar))
        {
            return ModelSource.At(nameOrPath, hashes: Hashes);
        }

        return Entry(nameOrPath) is { } found && FolderEntry.Read(found).Kind == ModelKinds.Model
            ? ModelSource.OfEntry(found, Hashes)
            : throw new UnknownModelException(nameOrPath, Names);
    }

    /// <summary>The adapter, ControlNet, autoencoder or guide of that name, or the folder or file of that path when it has a separator in it.</summary>
    /// <param name="kind">One of <see cref="ModelKinds"/>.</param>
    /// <param name="nameOrPath">Name or path.</param>
    /// <exception cref="UnknownModelException">Nothing of that kind has that name; the message lists the names.</exception>
    /// <exception cref="ModelFolderException">Nothing lies at that path.</exception>
    public ModelSource FindAsset(string kind, string nameOrPath)
    {
        if (nameOrPath.Contains(Path.DirectorySeparatorChar))
        {
            return ModelSource.At(nameOrPath, hashes: Hashes);
        }

        return Entry(nameOrPath) is { } found && FolderEntry.Read(found).Kind == kind
            ? ModelSource.OfEntry(found, Hashes)
            : throw new UnknownModelException(kind, nameOrPath, NamesOf(kind));
    }

    // A name must be one folder's name: "..", say, is none.
    private string? Entry(string name) =>
        name is not ("" or "." or "..") && !name.StartsWith('.') ? roots.Select(root => Path.Combine(root, name)).FirstOrDefault(IsEntry) : null;

    // Beside the program when it is published, further up when it runs from the build folder.
    private static string? BuiltIn()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var models = Path.Combine(at.FullName, "models");
            if (Directory.Exists(models) && Directory.EnumerateDirectories(models).Any(IsEntry))
            {
                return models;
            }
        }

        return null;
    }

    private static bool IsEntry(string folder) => !Path.GetFileName(folder).StartsWith('.') && Marks.Any(mark => File.Exists(Path.Combine(folder, mark)));
}

namespace DiffusionHub.Pipelines.Folders;

/// <summary>Finds models by name in a list of folders; the first that holds a name wins.</summary>
/// <param name="roots">Folders whose sub-folders are models; those that do not exist are passed over.</param>
public sealed class ModelFolders(IEnumerable<string> roots)
{
    private static readonly string[] Marks = ["model_index.json", ModelCard.FileName];
    private readonly string[] roots = [.. roots];

    /// <summary>The usual places: <c>models</c> in the data folder (when there is one), then the models that come with the hub.</summary>
    public static ModelFolders Usual(string? dataFolder)
    {
        string?[] places = [dataFolder is null ? null : Path.Combine(dataFolder, "models"), BuiltIn()];
        return new ModelFolders(places.OfType<string>());
    }

    /// <summary>Names of all models, in order of name.</summary>
    public IReadOnlyList<string> Names =>
    [
        .. roots.Where(Directory.Exists)
            .SelectMany(Directory.EnumerateDirectories)
            .Where(IsModel)
            .Select(folder => Path.GetFileName(folder))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The model of that name, or the folder or file of that path when it has a separator in it.</summary>
    /// <exception cref="UnknownModelException">No model has that name; the message lists the names.</exception>
    /// <exception cref="ModelFolderException">No model lies at that path.</exception>
    public ModelSource Find(string nameOrPath)
    {
        if (nameOrPath.Contains(Path.DirectorySeparatorChar))
        {
            return ModelSource.At(nameOrPath);
        }

        // A name must be one folder's name: "..", say, is none.
        return nameOrPath is not ("" or "." or "..") && roots.Select(root => Path.Combine(root, nameOrPath)).FirstOrDefault(IsModel) is { } found
            ? ModelSource.OfEntry(found)
            : throw new UnknownModelException(nameOrPath, Names);
    }

    // Beside the program when it is published, further up when it runs from the build folder.
    private static string? BuiltIn()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var models = Path.Combine(at.FullName, "models");
            if (Directory.Exists(models) && Directory.EnumerateDirectories(models).Any(IsModel))
            {
                return models;
            }
        }

        return null;
    }

    private static bool IsModel(string folder) => Marks.Any(mark => File.Exists(Path.Combine(folder, mark)));
}

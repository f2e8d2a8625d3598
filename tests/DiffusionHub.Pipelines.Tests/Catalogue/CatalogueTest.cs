using DiffusionHub.Pipelines.Catalogue;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Tests.Catalogue;

/// <summary>An empty catalogue, and a folder beside it from which things are imported.</summary>
public abstract class CatalogueTest : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("hub-catalogue-");

    protected CatalogueTest() => Folders = new ModelFolders([ModelsFolder], new FileHashes(Path.Combine(root.FullName, "hashes.json"), worth: 0));

    protected string ModelsFolder => At("models");

    protected ModelFolders Folders { get; }

    internal CatalogueEntries Entries => new(Folders, ModelsFolder);

    /// <summary>Everything in the catalogue's folder, hidden or not.</summary>
    protected IEnumerable<string> Left => Directory.Exists(ModelsFolder) ? Directory.EnumerateFileSystemEntries(ModelsFolder).Select(entry => Path.GetFileName(entry)) : [];

    public void Dispose()
    {
        root.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    protected string At(string name) => Path.Combine(root.FullName, name);

    protected ImportResult Import(string path, ImportOptions? options = null, Action<ImportProgress>? progress = null, CancellationToken cancel = default) =>
        new ModelImport(Folders, ModelsFolder) { Progress = progress ?? (_ => { }) }.Run(path, options ?? new ImportOptions(), cancel);

    protected InventoryItem Item(string name) => Inventory.Of(Folders).Single(item => item.Name == name);
}

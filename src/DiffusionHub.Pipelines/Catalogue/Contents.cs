using DiffusionHub.Inference.Checkpoints;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Guides;
using DiffusionHub.Pipelines.Parts;

namespace DiffusionHub.Pipelines.Catalogue;

/// <summary>What lies at a path.</summary>
/// <param name="Kind">One of <see cref="ModelKinds"/>.</param>
/// <param name="Path">Full path: of the folder, or of the file, also where a folder was named that holds nothing but it.</param>
public sealed record Contents(string Kind, string Path)
{
    private const string ModuleFile = "config.json";

    private static readonly Dictionary<string, string> ModuleClasses = new(StringComparer.Ordinal)
    {
        ["ControlNetModel"] = ModelKinds.ControlNet, ["AutoencoderKL"] = ModelKinds.Vae, ["AutoencoderTiny"] = ModelKinds.Vae,
    };

    private static readonly IReadOnlyDictionary<string, string> Classes =
        ModuleClasses.Concat(GuideFolder.KnownClasses.Select(name => KeyValuePair.Create(name, ModelKinds.Guide))).ToDictionary(StringComparer.Ordinal);

    /// <summary>Recognises what lies at a path.</summary>
    /// <exception cref="ModelFolderException">There is nothing, or nothing that the hub knows; the message says what was found.</exception>
    public static Contents Recognise(string path) => Recognise(path, follow: true);

    // A card's "source" is followed once, as it is when the entry is used: cards that point to each other would never end.
    private static Contents Recognise(string path, bool follow)
    {
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        try
        {
            return File.Exists(full) ? OfFile(full) : Directory.Exists(full) ? OfFolder(new ModelFolder(full), follow) : throw Fault(CatalogueTexts.Nothing, full);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Fault(CatalogueTexts.Unreadable, full, fault.Message);
        }
    }

    internal static ModelFolderException Fault(string text, params object[] values) => new(ModelFolderException.Format(text, values));

    private static Contents OfFile(string path)
    {
        var kind = ModelFolder.Refusing(() =>
        {
            using var file = Checkpoint.Open(path);
            return file.Kind;
        });
        return new Contents(
            kind switch
            {
                CheckpointKind.Lora => ModelKinds.Lora,
                CheckpointKind.ControlNet => ModelKinds.ControlNet,
                CheckpointKind.Vae => ModelKinds.Vae,
                CheckpointKind.Unet => throw Fault(CatalogueTexts.OnlyAPart, path, kind),
                _ => ModelKinds.Model,
            },
            path);
    }

    private static Contents OfFolder(ModelFolder folder, bool follow)
    {
        if (folder.Has(ModelIndex.FileName))
        {
            // Before its modules, of which one may be as unknown: what the folder is for says more.
            KnownFamilies.RequireKnown(folder.Path, ExportedParts.PipelineClass(folder.Read(ModelIndex.FileName, DiffusersJson.Default.ModelIndex).ClassName));
            return new Contents(ModelKinds.Model, folder.Path);
        }

        if (follow && folder.Has(ModelCard.FileName) && ModelCard.Read(folder) is { Source: not null } card)
        {
            return Recognise(System.IO.Path.GetFullPath(card.Source, folder.Path), follow: false);
        }

        string[] files = [.. Directory.EnumerateFiles(folder.Path, "*.safetensors")];
        if (folder.Has(ModuleFile) && GuideFolder.ClassOf(folder) is { } found)
        {
            return Classes.TryGetValue(found, out var kind) ? new Contents(kind, folder.Path)
                : found == "UNet2DConditionModel" ? throw Fault(CatalogueTexts.OnlyAPart, folder.Path, found)
                : throw Fault(CatalogueTexts.UnknownClass, System.IO.Path.Combine(folder.Path, ModuleFile), found, string.Join(", ", Classes.Keys));
        }

        // Adapters are published as a folder with one file in it.
        return files switch
        {
            [var only] => OfFile(only),
            [] => throw Fault(CatalogueTexts.NoModelInFolder, folder.Path, Listing(folder.Path)),
            _ => throw Fault(CatalogueTexts.SeveralFiles, folder.Path, string.Join(", ", files.Select(System.IO.Path.GetFileName).Order(StringComparer.Ordinal))),
        };
    }

    private static string Listing(string folder)
    {
        const int shown = 6;
        string[] names = [.. Directory.EnumerateFileSystemEntries(folder).Select(entry => System.IO.Path.GetFileName(entry)).Order(StringComparer.Ordinal)];
        return names.Length == 0 ? CatalogueTexts.NothingInIt : string.Join(", ", names.Take(shown)) + (names.Length > shown ? ", …" : "");
    }
}

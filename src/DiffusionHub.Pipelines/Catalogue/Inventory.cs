using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Guides;

namespace DiffusionHub.Pipelines.Catalogue;

/// <summary>An adapter, a ControlNet, an autoencoder or a guide of the catalogue.</summary>
/// <param name="Name">Name in the catalogue.</param>
/// <param name="Kind">One of <see cref="ModelKinds"/>.</param>
/// <param name="Fits">Bases of the models that it goes with; empty where its files do not tell.</param>
public sealed record AssetDescription(string Name, string Kind, IReadOnlyList<string> Fits)
{
    /// <summary>Title, or null.</summary>
    public string? Title { get; init; }

    /// <summary>Words that call it up.</summary>
    public IReadOnlyList<string> TriggerWords { get; init; } = [];

    /// <summary>Weight when a request names none.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Classes that a guide tells apart; 0 where it knows none.</summary>
    public int Classes { get; init; }

    /// <summary>Their names by number; empty where it has none.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>SHA-256 of its weights, lower-case hex; null where its card does not say.</summary>
    public string? Hash { get; init; }

    /// <summary>Length of its weights in bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>Licence as it states it, or null.</summary>
    public string? Licence { get; init; }
}

/// <summary>An entry of the catalogue and what is known of it, or what is wrong with it.</summary>
/// <param name="Name">Name.</param>
/// <param name="Kind">One of <see cref="ModelKinds"/>.</param>
/// <param name="Path">Full path: of the folder or of the file.</param>
public sealed record InventoryItem(string Name, string Kind, string Path)
{
    /// <summary>A model; null for others, and where it is broken.</summary>
    public ModelDescription? Model { get; init; }

    /// <summary>No model; null for models, and where it is broken.</summary>
    public AssetDescription? Asset { get; init; }

    /// <summary>Where it is; null where it is broken.</summary>
    public ModelSource? Source { get; init; }

    /// <summary>What is wrong with it, or null. (Plain text: it may quote what strangers wrote.)</summary>
    public string? Fault { get; init => field = PlainText.Of(value); }

    /// <summary>What people should know of it though it can be used, or null: that its files have changed, say.</summary>
    public string? Notice { get; init; }

    /// <summary>SHA-256 of its files by name, as its card states them; without those that have changed since.</summary>
    public IReadOnlyDictionary<string, string> Hashes { get; init; } = new Dictionary<string, string>();

    /// <summary>What else its card says, for people: label and value.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Facts { get; init; } = [];

    /// <summary>Its small picture, or null.</summary>
    public string? Thumbnail { get; init; }
}

/// <summary>Reads the catalogue. Headers are checked, weights are not read.</summary>
public static class Inventory
{
    /// <summary>All entries, and the files in the folder of models that nobody has adopted yet, by kind and name.</summary>
    public static IReadOnlyList<InventoryItem> Of(ModelFolders folders) =>
    [
        .. folders.Entries.Select(entry => Read(entry, folders.Hashes))
            .OrderBy(item => ModelKinds.All.ToList().IndexOf(item.Kind)).ThenBy(item => item.Name, StringComparer.Ordinal),
    ];

    /// <summary>What lies at a path outside of the catalogue.</summary>
    public static InventoryItem Read(Contents contents, FileHashes hashes)
    {
        var source = ModelSource.At(contents.Path, hashes: hashes);
        var item = new InventoryItem(source.Name, contents.Kind, source.Path) { Source = source };
        return contents.Kind == ModelKinds.Model ? item with { Model = KnownFamilies.Describe(source) } : item with { Asset = Describe(source.Name, contents, source.Card) };
    }

    /// <summary>One entry.</summary>
    public static InventoryItem Read(FolderEntry entry, FileHashes hashes)
    {
        var item = new InventoryItem(entry.Name, entry.Kind, entry.Path);
        if (entry.Fault is { } fault)
        {
            return item with { Fault = fault };
        }

        try
        {
            var source = ModelSource.OfEntry(entry.Path, hashes);
            var card = source.Card;
            var thumbnail = System.IO.Path.Combine(entry.Path, Examined.ThumbnailFile);
            var changed = source.Changed;
            item = item with
            {
                Source = source, Path = source.Path,
                Hashes = card.Hashes.Where(hash => !changed.Contains(hash.Key, StringComparer.Ordinal)).ToDictionary(StringComparer.Ordinal),
                Notice = changed.Count == 0 ? null : ModelFolderException.Format(CatalogueTexts.ChangedSince, string.Join(", ", changed), entry.Name),
                Facts = [.. CardFacts.Of(card)], Thumbnail = File.Exists(thumbnail) ? thumbnail : null,
            };
            return entry.Kind == ModelKinds.Model
                ? item with { Model = KnownFamilies.Describe(source) with { Name = entry.Name } }
                : item with
                {
                    Asset = Describe(entry.Name, new Contents(card.Kind, source.Path), card) with { Hash = item.Hashes.Values.FirstOrDefault() },
                    Facts = [.. item.Facts, .. entry.Kind == ModelKinds.Guide ? GuideFacts.Of(GuideFolder.Read(source.Path)) : []],
                };
        }
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            // The boundary of a model folder: whatever somebody put there must not hide the others.
            return item with { Source = null, Fault = broken.Message };
        }
    }

    private static AssetDescription Describe(string name, Contents contents, ModelCard card)
    {
        var weights = EntryFiles.Weights(contents.Path);
        var guide = contents.Kind == ModelKinds.Guide ? GuideFolder.Read(contents.Path) : null;
        return new AssetDescription(name, contents.Kind, AssetFacts.Fits(contents) is { Count: > 0 } fits ? fits : card.Fits)
        {
            Title = card.Title,
            TriggerWords = card.TriggerWords,
            Classes = guide?.Classes ?? 0,
            ClassNames = guide?.ClassNames ?? [],
            Weight = card.Weight ?? 1,
            Hash = card.Hashes.Count > 0 ? card.Hashes.Values.First() : null,
            Bytes = EntryFiles.Bytes(weights),
            Licence = card.Licence,
        };
    }
}

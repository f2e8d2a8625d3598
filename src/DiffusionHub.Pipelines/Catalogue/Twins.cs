using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Catalogue;

/// <summary>Finds entries with the same weights.</summary>
internal static class Twins
{
    /// <summary>The entry of that kind whose files have these hashes, or null.</summary>
    public static FolderEntry? Find(ModelFolders folders, string kind, IReadOnlyDictionary<string, string> hashes)
    {
        var wanted = hashes.Values.ToHashSet(StringComparer.Ordinal);
        return folders.Entries.FirstOrDefault(entry => entry.Kind == kind && entry.Fault is null && Has(folders, entry, wanted));
    }

    /// <summary>Writes into the card of what is there already what an import was told otherwise.</summary>
    /// <returns>What was changed, for people.</returns>
    public static IReadOnlyList<string> Correct(FolderEntry entry, ImportOptions options)
    {
        var card = ModelCard.Read(new ModelFolder(entry.Path));
        if (options.PredictionType is not { } told || card.PredictionType is null || card.PredictionType == told)
        {
            return [];
        }

        (card.PredictionType, card.PredictionKnown) = (told, CatalogueTexts.PredictionTold);
        new Examined(entry.Name, card, null, []).WriteTo(entry.Path, card.Source);
        return [ModelFolderException.Format(CatalogueTexts.PredictionChanged, told)];
    }

    private static bool Has(ModelFolders folders, FolderEntry entry, HashSet<string> wanted)
    {
        try
        {
            var source = ModelSource.OfEntry(entry.Path, folders.Hashes);
            // The card of a model that comes with the hub states one file's hash only: that tells whether the others are worth reading.
            return source.Card.Hashes.Count > 0 && source.Card.Hashes.Values.All(wanted.Contains)
                && EntryCheck.Hash(source.Path, folders.Hashes, _ => { }, CancellationToken.None).Values.ToHashSet(StringComparer.Ordinal).SetEquals(wanted);
        }
        catch (ModelFolderException)
        {
            // A broken entry is nobody's twin; the list says what is wrong with it.
            return false;
        }
    }
}

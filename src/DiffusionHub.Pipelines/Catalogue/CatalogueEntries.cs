using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Catalogue;

/// <summary>Checks and removes entries.</summary>
/// <param name="folders">The catalogue.</param>
/// <param name="modelsFolder">The folder whose entries may be removed; others come with the hub.</param>
public sealed class CatalogueEntries(ModelFolders folders, string modelsFolder)
{
    private readonly string modelsFolder = Path.GetFullPath(modelsFolder);

    /// <summary>The entry of that name.</summary>
    /// <exception cref="UnknownModelException">There is none.</exception>
    public FolderEntry Find(string name) =>
        folders.Entries.FirstOrDefault(entry => entry.Name == name) ?? throw new UnknownModelException(name, [.. folders.Entries.Select(entry => entry.Name)]);

    /// <summary>Checks an entry as an import does: every file's hash against its card, every number, a test run.</summary>
    /// <returns>What is wrong; empty where nothing is.</returns>
    public IReadOnlyList<string> Check(string name, Action<ImportProgress> progress, CancellationToken cancel)
    {
        var entry = Find(name);
        if (entry.Fault is { } fault)
        {
            return [fault];
        }

        var faults = new List<string>();
        try
        {
            EntryFiles.Reading(entry.Path, () =>
            {
                var source = ModelSource.OfEntry(entry.Path);
                // Read again whatever is remembered: this is what a check is for.
                var actual = new Examination(FileHashes.Forgetful, work => work(), progress, cancel).Hash(new Contents(entry.Kind, source.Path));
                faults.AddRange(Differences(source, actual));
                var contents = File.Exists(source.Path) ? Contents.Recognise(source.Path) : new Contents(entry.Kind, source.Path);
                if (contents.Kind != entry.Kind)
                {
                    faults.Add(ModelFolderException.Format(CatalogueTexts.OtherKind, source.Path, entry.Kind, contents.Kind));
                    return 0;
                }

                var read = new Counter(progress, ImportStage.Checking, EntryFiles.Bytes(EntryFiles.Weights(source.Path)));
                AssetFacts.Fits(contents);
                EntryCheck.Finite(source.Path, read.Add, cancel);
                progress(new ImportProgress(ImportStage.Testing, 0, 0));
                TestRun.Make(contents, source, thumbnail: false, cancel);
                if (faults.Count == 0 && source.Changed.Count > 0)
                {
                    // Written anew with the same bytes, as by a backup: from now on it is whole as it is.
                    new Examined(entry.Name, source.Card, null, []).WriteTo(entry.Path, source.Card.Source);
                }

                return 0;
            });
        }
        catch (ModelFolderException broken)
        {
            faults.Add(broken.Message);
        }

        return faults;
    }

    /// <summary>Removes an entry; files that it only refers to stay.</summary>
    /// <returns>The path of the files that stay, or null.</returns>
    /// <exception cref="ModelFolderException">It comes with the hub, or cannot be removed.</exception>
    public string? Remove(string name)
    {
        var entry = Find(name);
        if (Path.GetDirectoryName(entry.Path) != modelsFolder)
        {
            throw Contents.Fault(CatalogueTexts.BuiltIn, name);
        }

        var card = entry.Fault is null ? ModelCard.Read(new ModelFolder(entry.Path)) : null;
        var referred = card is { Source: { } source } ? Path.GetFullPath(source, entry.Path) : null;
        var stays = referred is not null && !referred.StartsWith(entry.Path + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? referred : null;
        return EntryFiles.Reading(entry.Path, () =>
        {
            // Out of sight at once: nobody meets a half of it.
            var gone = Path.Combine(modelsFolder, $".removed-{Guid.NewGuid():N}");
            Directory.Move(entry.Path, gone);
            Directory.Delete(gone, recursive: true);
            // What was adopted would be adopted again. To what else a card points is not the hub's to delete.
            if (card?.Adopted == true && Path.GetDirectoryName(stays) == modelsFolder && File.Exists(stays))
            {
                File.Delete(stays);
                return null;
            }

            return stays;
        });
    }

    private static IEnumerable<string> Differences(ModelSource source, Dictionary<string, string> actual) =>
        from stated in source.Card.Hashes
        let found = actual.GetValueOrDefault(stated.Key)
        where found != stated.Value
        select found is null
            ? ModelFolderException.Format(CatalogueTexts.FileGone, Path.Combine(source.Path, stated.Key))
            : ModelFolderException.Format(CatalogueTexts.HashDiffers, stated.Key, stated.Value, found);
}

using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Catalogue;

/// <summary>Brings models, adapters, ControlNets and autoencoders into the catalogue: recognised, checked, hashed, tried.</summary>
/// <param name="folders">The catalogue as it is.</param>
/// <param name="modelsFolder">The folder that takes new entries.</param>
public sealed class ModelImport(ModelFolders folders, string modelsFolder)
{
    private readonly string modelsFolder = Path.GetFullPath(modelsFolder);

    /// <summary>Runs what needs the device where it may be used: a worker's own thread, say.</summary>
    public Action<Action> OnDevice { get; init; } = work => work();

    /// <summary>Told how far it is, on the calling thread.</summary>
    public Action<ImportProgress> Progress { get; init; } = _ => { };

    /// <summary>Imports what lies at a path. Whatever goes wrong, nothing is left behind.</summary>
    /// <exception cref="ModelFolderException">It is refused; the message says what was expected and what was found.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public ImportResult Run(string path, ImportOptions options, CancellationToken cancel)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if ((full + Path.DirectorySeparatorChar).StartsWith(modelsFolder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw Contents.Fault(CatalogueTexts.InsideCatalogue, full, modelsFolder);
        }

        var contents = Recognise(full);
        var name = options.Name ?? EntryNames.From(full);
        EntryNames.Check(name);
        return EntryFiles.Reading(full, () => Import(contents, name, options, cancel));
    }

    /// <summary>Gives what somebody put into the folder of models its place in the catalogue, without touching its files.</summary>
    /// <param name="path">A file, or a folder without a card, right in the folder of models.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="ModelFolderException">It cannot be used; the message says why.</exception>
    public ImportResult Adopt(string path, CancellationToken cancel)
    {
        var contents = Recognise(path);
        return EntryFiles.Reading(path, () =>
        {
            var work = Work(cancel);
            if (!File.Exists(path))
            {
                var entry = work.Examine(contents, Path.GetFileName(path), new ImportOptions());
                entry.WriteTo(path, contents.Path == path ? null : Path.GetRelativePath(path, contents.Path));
                return new ImportResult(entry.Name, contents.Kind, path, false, entry.Notes);
            }

            var name = EntryNames.From(path);
            var hashes = work.Hash(contents);
            if (Twins.Find(folders, contents.Kind, hashes) is { } twin)
            {
                throw Contents.Fault(CatalogueTexts.SameAs, path, twin.Name);
            }

            var taken = Taken();
            var found = work.Examine(contents, taken.Contains(name, StringComparer.OrdinalIgnoreCase) ? EntryNames.Free(name, taken) : name, new ImportOptions(), hashes);
            found.Card.Adopted = true;
            using var staging = new Staging(modelsFolder);
            found.WriteTo(staging.Path, Path.Combine("..", Path.GetFileName(path)));
            var place = Path.Combine(modelsFolder, found.Name);
            staging.Finish(place);
            return new ImportResult(found.Name, contents.Kind, place, false, found.Notes);
        });
    }

    private ImportResult Import(Contents contents, string name, ImportOptions options, CancellationToken cancel)
    {
        var work = Work(cancel);
        var hashes = work.Hash(contents);
        if (Twins.Find(folders, contents.Kind, hashes) is { } twin)
        {
            return new ImportResult(twin.Name, contents.Kind, twin.Path, true, Twins.Correct(twin, options));
        }

        var taken = Taken();
        if (taken.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            throw Contents.Fault(CatalogueTexts.NameTaken, name, EntryNames.Free(name, taken));
        }

        var entry = work.Examine(contents, name, options, hashes);
        var isFile = File.Exists(contents.Path);
        var files = EntryFiles.All(contents.Path).Where(file => file.Name is not (ModelCard.FileName or Examined.ThumbnailFile)).ToList();
        if (options.Mode != ImportMode.InPlace)
        {
            EntryFiles.RequireInside(contents.Path, files);
        }

        var place = Path.Combine(modelsFolder, name);
        var copied = new Counter(Progress, ImportStage.Copying, EntryFiles.Bytes(files));
        var notes = entry.Notes.ToList();
        using (var staging = new Staging(modelsFolder, options.Mode == ImportMode.Move))
        {
            switch (options.Mode)
            {
                case ImportMode.Copy:
                    staging.Copy(files, copied.Add, cancel);
                    break;
                case ImportMode.Move:
                    staging.Move(files, copied.Add, cancel);
                    break;
            }

            var left = options.Mode == ImportMode.InPlace ? [] : FolderWalk.FolderLinks(contents.Path);
            RequireWhole(contents, staging.Path, left);
            notes.AddRange(left.Select(link => ModelFolderException.Format(CatalogueTexts.FolderLinkLeft, link)));
            entry.WriteTo(staging.Path, options.Mode == ImportMode.InPlace ? contents.Path : isFile ? Path.GetFileName(contents.Path) : null);
            cancel.ThrowIfCancellationRequested();
            notes.AddRange(staging.Finish(place).Select(stays => Stays(stays.Path, stays.Reason)));
        }

        if (options.Mode == ImportMode.Move && !isFile && Removal.Try(contents.Path) is { } reason)
        {
            notes.Add(Stays(contents.Path, reason));
        }

        foreach (var (file, hash) in hashes)
        {
            folders.Hashes.Moved(Path.Combine(place, file), hash);
        }

        return new ImportResult(name, contents.Kind, place, false, notes);
    }

    private static string Stays(string path, string reason) => ModelFolderException.Format(CatalogueTexts.SourceStays, path, reason);

    private static Contents Recognise(string path)
    {
        EntryFiles.Reading(path, () =>
        {
            EntryFiles.RequireFiles(path);
            return 0;
        });
        return Contents.Recognise(path);
    }

    // What was examined had what its links lead to; what takes its place in the catalogue has not.
    private static void RequireWhole(Contents contents, string copy, IReadOnlyList<string> left)
    {
        if (left.Count == 0 || contents.Kind != ModelKinds.Model)
        {
            return;
        }

        try
        {
            KnownFamilies.Describe(ModelSource.At(copy));
        }
        catch (ModelFolderException fault)
        {
            throw Contents.Fault(CatalogueTexts.FolderLinks, contents.Path, string.Join(", ", left), fault.Message.Replace(copy, contents.Path, StringComparison.Ordinal));
        }
    }

    private Examination Work(CancellationToken cancel) => new(folders.Hashes, OnDevice, Progress, cancel);

    private List<string> Taken() =>
    [
        .. folders.Entries.Select(entry => entry.Name),
        .. Directory.Exists(modelsFolder) ? Directory.EnumerateDirectories(modelsFolder).Select(Path.GetFileName).OfType<string>() : [],
    ];
}

using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Catalogue;

/// <summary>
/// What somebody put into the folder of models by hand: files, and folders without a card. It is looked at again and again, and ready once
/// two looks found it the same. What could not be used is not tried again until it changes.
/// </summary>
/// <param name="folders">The catalogue.</param>
/// <param name="modelsFolder">The folder.</param>
public sealed class Newcomers(ModelFolders folders, string modelsFolder)
{
    private const string LockFile = ".adopting";

    // Codes of a file that another process keeps to itself: EWOULDBLOCK, ERROR_SHARING_VIOLATION.
    private const int LinuxHeld = 11;
    private const int MacHeld = 35;
    private const int WindowsHeld = unchecked((int)0x80070020);
    private static readonly string[] Endings = [".safetensors", ".ckpt", ".pt", ".pth", ".bin", ".gguf", ".onnx", ".zip"];
    private readonly string modelsFolder = Path.GetFullPath(modelsFolder);
    private readonly Dictionary<string, (Stamp Stamp, string Reason)> faults = new(StringComparer.Ordinal);
    private Dictionary<string, Stamp> seen = new(StringComparer.Ordinal);

    /// <summary>Looks at the folder.</summary>
    /// <returns>What is ready to be adopted, and whether something may still be growing.</returns>
    public (IReadOnlyList<string> Ready, bool Waiting) Look()
    {
        var now = Strangers().ToDictionary(path => path, Measure, StringComparer.Ordinal);
        foreach (var (path, stamp) in now.Where(entry => entry.Value.Fault is not null))
        {
            faults[path] = (stamp, ModelFolderException.Format(CatalogueTexts.Unreadable, path, stamp.Fault!));
        }

        foreach (var gone in faults.Keys.Where(path => !now.TryGetValue(path, out var stamp) || stamp != faults[path].Stamp).ToList())
        {
            faults.Remove(gone);
        }

        var open = now.Where(entry => entry.Value.Files > 0 && !faults.ContainsKey(entry.Key)).ToList();
        string[] ready = [.. open.Where(entry => seen.TryGetValue(entry.Key, out var before) && before == entry.Value).Select(entry => entry.Key)];
        seen = now;
        return (ready, open.Count > ready.Length);
    }

    /// <summary>Adopts what is ready. One process at a time does so in a folder; where another is at it, nothing happens.</summary>
    /// <returns>False where it must be tried again.</returns>
    public bool Adopt(string path, Action<Action> onDevice, CancellationToken cancel)
    {
        try
        {
            using var turn = new FileStream(Path.Combine(modelsFolder, LockFile), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            if (Strangers().Contains(path, StringComparer.Ordinal))
            {
                Try(path, onDevice, cancel);
            }

            return true;
        }
        catch (IOException fault) when (fault.HResult is LinuxHeld or MacHeld or WindowsHeld)
        {
            // Another worker adopts.
            return false;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A folder that cannot be written, say: trying again at once would not help.
            faults[path] = (Measure(path), ModelFolderException.Format(CatalogueTexts.Unreadable, modelsFolder, fault.Message));
            return true;
        }
    }

    /// <summary>Removes the entries of adopted files that are gone.</summary>
    public void RemoveOrphans()
    {
        foreach (var entry in folders.Entries.Where(entry => Path.GetDirectoryName(entry.Path) == modelsFolder))
        {
            if (Card(entry) is { Adopted: true, Source: { } source } && !Path.Exists(Path.GetFullPath(source, entry.Path)))
            {
                Remove(entry.Path);
            }
        }
    }

    /// <summary>Everything in the catalogue, and what could not be adopted.</summary>
    public IReadOnlyList<InventoryItem> Inventory()
    {
        var known = Catalogue.Inventory.Of(folders);
        return
        [
            .. known.Select(item => faults.TryGetValue(item.Path, out var fault) ? item with { Fault = fault.Reason, Model = null, Asset = null, Source = null } : item),
            .. faults.Where(fault => known.All(item => item.Path != fault.Key)).Select(fault => new InventoryItem(Path.GetFileName(fault.Key), ModelKinds.Model, fault.Key) { Fault = fault.Value.Reason }),
        ];
    }

    /// <summary>Changes when entries come, change or go.</summary>
    public string Signature() => string.Join('\n',
    [
        .. folders.Entries.Select(entry => $"{entry.Path} {StampOf(entry)}"),
        .. faults.Select(fault => $"{fault.Key} {fault.Value.Reason}").Order(StringComparer.Ordinal),
    ]);

    private static string StampOf(FolderEntry entry)
    {
        try
        {
            return ModelSource.OfEntry(entry.Path).Stamp;
        }
        catch (ModelFolderException fault)
        {
            return fault.Message;
        }
    }

    private void Try(string path, Action<Action> onDevice, CancellationToken cancel)
    {
        try
        {
            new ModelImport(folders, modelsFolder) { OnDevice = onDevice }.Adopt(path, cancel);
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or OutOfMemoryException))
        {
            // The boundary of a model folder: whatever somebody put there must not end the watch.
            faults[path] = (Measure(path), fault.Message.ReplaceLineEndings(" "));
        }
    }

    private IEnumerable<string> Strangers()
    {
        if (!Directory.Exists(modelsFolder))
        {
            return [];
        }

        var known = folders.Entries
            .Select(entry => Card(entry)?.Source is { } source ? Path.GetFullPath(source, entry.Path) : entry.Path)
            .ToHashSet(StringComparer.Ordinal);
        return
        [
            .. Directory.EnumerateFiles(modelsFolder).Where(file => IsVisible(file) && Endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase) && !known.Contains(file)),
            .. Directory.EnumerateDirectories(modelsFolder).Where(folder => IsVisible(folder) && !File.Exists(Path.Combine(folder, ModelCard.FileName))),
        ];
    }

    private static bool IsVisible(string path) => !Path.GetFileName(path).StartsWith('.');

    // Null where it is broken, also since it was listed: the list says what is wrong with it.
    private static ModelCard? Card(FolderEntry entry)
    {
        try
        {
            return entry.Fault is null ? ModelCard.Read(new ModelFolder(entry.Path)) : null;
        }
        catch (ModelFolderException)
        {
            return null;
        }
    }

    private static void Remove(string entry)
    {
        try
        {
            Directory.Delete(entry, recursive: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The list shows it as an entry whose file is gone, and the next look tries again: it must not keep the others waiting.
        }
    }

    private static Stamp Measure(string path)
    {
        try
        {
            FileInfo[] files = File.Exists(path) ? [new FileInfo(path)] : Directory.Exists(path) ? new DirectoryInfo(path).GetFiles("*", SearchOption.AllDirectories) : [];
            return new Stamp(files.Length, files.Sum(file => file.Length), files.Select(file => file.LastWriteTimeUtc.Ticks).DefaultIfEmpty().Max());
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // One that cannot be read is no reason to pass over the others.
            return new Stamp(0, 0, 0, fault.Message);
        }
    }

    private sealed record Stamp(int Files, long Bytes, long Changed, string? Fault = null);
}

using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Catalogue;

/// <summary>The files of an entry.</summary>
internal static class EntryFiles
{
    private const int LongestText = 1 << 16;
    private static readonly string[] Pickles = [".bin", ".ckpt", ".pt", ".pth", ".pkl", ".msgpack", ".h5"];
    private static readonly string[] WeightEndings = [".safetensors", ".onnx", ".onnx_data", ".pb", ".data", ".bin"];

    /// <summary>
    /// Files that belong to it, with their paths in it: all but hidden ones and weights in formats that the hub does not read. Links to files are
    /// files, links to folders are left out.
    /// </summary>
    /// <exception cref="ModelFolderException">There is a device, a pipe or a socket: reading those may never end.</exception>
    public static IReadOnlyList<EntryFile> All(string path)
    {
        if (File.Exists(path))
        {
            RequireFile(path);
            return [new EntryFile(path, Path.GetFileName(path))];
        }

        var exported = File.Exists(Path.Combine(path, "unet", "model.onnx"));
        EntryFile[] files =
        [
            .. FolderWalk.Of(path).Where(found => !found.IsFolder)
                .Select(found => new EntryFile(found.Path, Path.GetRelativePath(path, found.Path)))
                .Where(file => exported || !Pickles.Contains(Path.GetExtension(file.Name), StringComparer.OrdinalIgnoreCase))
                .Where(file => UnixFile.Real(file.Path) is not null)
                .OrderBy(file => file.Name, StringComparer.Ordinal),
        ];
        foreach (var file in files)
        {
            RequireFile(file.Path);
        }

        return files;
    }

    /// <summary>Those of them that hold weights or graphs: they make it what it is.</summary>
    public static IReadOnlyList<EntryFile> Weights(string path) =>
        [.. All(path).Where(file => WeightEndings.Contains(Path.GetExtension(file.Name), StringComparer.OrdinalIgnoreCase))];

    /// <summary>Those of them in safetensors.</summary>
    public static IEnumerable<string> Tensors(string path) =>
        All(path).Select(file => file.Path).Where(file => Path.GetExtension(file).Equals(".safetensors", StringComparison.OrdinalIgnoreCase));

    /// <summary>Length of files together.</summary>
    public static long Bytes(IEnumerable<EntryFile> files) => files.Sum(file => file.Length);

    /// <summary>Refuses what only looks like a file: at a path, or right in the folder that is there.</summary>
    /// <exception cref="ModelFolderException">It is a device, a pipe or a socket.</exception>
    public static void RequireFiles(string path)
    {
        RequireFile(path);
        if (Directory.Exists(path))
        {
            foreach (var file in Directory.EnumerateFiles(path))
            {
                RequireFile(file);
            }
        }
    }

    /// <summary>Refuses links that lead out of an entry: whatever they lead to must not get into the catalogue.</summary>
    /// <exception cref="ModelFolderException">One does.</exception>
    public static void RequireInside(string path, IReadOnlyList<EntryFile> files)
    {
        string[] places = File.Exists(path) ? [] : [UnixFile.Real(path) ?? path, .. Blobs(path)];
        if (places.Length > 0 && files.FirstOrDefault(file => !places.Any(place => file.Real.StartsWith(place + Path.DirectorySeparatorChar, StringComparison.Ordinal))) is { Path: { } link } file)
        {
            throw Contents.Fault(CatalogueTexts.LinkOutside, link, file.Real, path);
        }
    }

    /// <summary>The beginning of a text.</summary>
    public static string Beginning(string path)
    {
        using var text = new StreamReader(path);
        var start = new char[LongestText];
        return new string(start, 0, text.ReadBlock(start));
    }

    /// <exception cref="ModelFolderException">The files cannot be read.</exception>
    public static T Reading<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Contents.Fault(CatalogueTexts.Unreadable, path, fault.Message);
        }
    }

    private static void RequireFile(string path)
    {
        if (UnixFile.IsSpecial(path))
        {
            throw Contents.Fault(CatalogueTexts.NoRegularFile, path);
        }
    }

    // Hugging Face's cache keeps files in models--x--y/blobs, and models--x--y/snapshots/… links to them.
    private static IEnumerable<string> Blobs(string path)
    {
        for (var at = new DirectoryInfo(UnixFile.Real(path) ?? path); at.Parent?.Parent is { } model; at = at.Parent)
        {
            if (at.Parent.Name == "snapshots" && model.Name.StartsWith("models--", StringComparison.Ordinal))
            {
                yield return Path.Combine(model.FullName, "blobs");
            }
        }
    }
}

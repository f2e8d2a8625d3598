using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Catalogue;

/// <summary>The files of an entry.</summary>
internal static class EntryFiles
{
    private static readonly string[] Pickles = [".bin", ".ckpt", ".pt", ".pth", ".pkl", ".msgpack", ".h5"];
    private static readonly string[] WeightEndings = [".safetensors", ".onnx", ".onnx_data", ".pb", ".data", ".bin"];

    /// <summary>Files that belong to it, with their paths in it: all but hidden ones and weights in formats that the hub does not read.</summary>
    public static IReadOnlyList<(string Path, string Name)> All(string path)
    {
        if (File.Exists(path))
        {
            return [(path, Path.GetFileName(path))];
        }

        var exported = File.Exists(Path.Combine(path, "unet", "model.onnx"));
        return
        [
            .. Directory.EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.System })
                .Select(file => (Path: file, Name: Path.GetRelativePath(path, file)))
                .Where(file => !file.Name.Split(Path.DirectorySeparatorChar).Any(part => part.StartsWith('.')))
                .Where(file => exported || !Pickles.Contains(Path.GetExtension(file.Name), StringComparer.OrdinalIgnoreCase))
                .OrderBy(file => file.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>Those of them that hold weights or graphs: they make it what it is.</summary>
    public static IReadOnlyList<(string Path, string Name)> Weights(string path) =>
        [.. All(path).Where(file => WeightEndings.Contains(Path.GetExtension(file.Name), StringComparer.OrdinalIgnoreCase))];

    /// <summary>Those of them in safetensors.</summary>
    public static IEnumerable<string> Tensors(string path) =>
        All(path).Select(file => file.Path).Where(file => Path.GetExtension(file).Equals(".safetensors", StringComparison.OrdinalIgnoreCase));

    /// <summary>Length of files together.</summary>
    public static long Bytes(IEnumerable<(string Path, string Name)> files) => files.Sum(file => new FileInfo(file.Path).Length);

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
}

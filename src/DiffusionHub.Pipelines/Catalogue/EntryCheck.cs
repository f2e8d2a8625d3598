using DiffusionHub.Inference.Weights;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Catalogue;

/// <summary>Reads every number of an entry's weights once.</summary>
internal static class EntryCheck
{
    /// <summary>Refuses weights that are infinite or NaN, and headers that lie.</summary>
    /// <param name="path">A file or folder.</param>
    /// <param name="read">Told how many bytes were read.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="ModelFolderException">Some are; the message names file and tensor.</exception>
    public static void Finite(string path, Action<long> read, CancellationToken cancel)
    {
        foreach (var file in EntryFiles.Tensors(path))
        {
            cancel.ThrowIfCancellationRequested();
            ModelFolder.Refusing(() =>
            {
                using var weights = WeightSet.Open(file);
                weights.CheckFinite(cancel);
                return 0;
            });
            read(new FileInfo(file).Length);
        }
    }

    /// <summary>Hashes of the files that make it what it is, by their names in it.</summary>
    /// <exception cref="ModelFolderException">One cannot be read.</exception>
    public static Dictionary<string, string> Hash(string path, FileHashes hashes, Action<long> read, CancellationToken cancel) =>
        EntryFiles.Weights(path).ToDictionary(file => file.Name.Replace(Path.DirectorySeparatorChar, '/'), file => hashes.Sha256(file.Path, read, cancel), StringComparer.Ordinal);
}

using DiffusionHub.Inference.Checkpoints.Names;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Checkpoints.Parts;

/// <summary>
/// A part of a checkpoint, seen under diffusers' names: places in the file, where the tensors lie. Messages name the tensors as the
/// file does.
/// </summary>
internal sealed class RenamedWeights : WeightSet
{
    private readonly Func<string, string?> original;

    private RenamedWeights(SafetensorsFile file, IEnumerable<WeightTensor> places, Func<string, string?> original)
        : base(file, places) => this.original = original;

    /// <summary>Tensors whose names begin with <paramref name="prefix"/> and are diffusers' own after it.</summary>
    public static RenamedWeights Behind(SafetensorsFile file, string prefix) => new(file, Under(file, prefix), name => prefix + name);

    /// <summary>Tensors whose names begin with <paramref name="prefix"/> and are the original code's after it.</summary>
    /// <param name="file">The checkpoint.</param>
    /// <param name="prefix">Beginning of the part's names.</param>
    /// <param name="names">The part's names.</param>
    /// <param name="modules">Beginnings of the names (after the prefix) of which none may be unknown: a module that no graph writes would be left out of the pictures.</param>
    /// <param name="view">What else there is to see in a tensor whose name is not in the map, and how; none: nothing.</param>
    /// <exception cref="ModelFileException">A tensor of <paramref name="modules"/> is unknown.</exception>
    public static RenamedWeights Of(
        SafetensorsFile file, string prefix, NameMap names, IReadOnlyList<string> modules, Func<WeightTensor, IEnumerable<WeightTensor>>? view = null)
    {
        var places = new List<WeightTensor>();
        foreach (var tensor in Under(file, prefix))
        {
            var special = view?.Invoke(tensor).ToList() ?? [];
            if (special.Count > 0)
            {
                places.AddRange(special);
            }
            else if (names.Diffusers(tensor.Name) is { } name)
            {
                places.Add(tensor with { Name = name });
            }
            else if (modules.Any(module => tensor.Name.StartsWith(module, StringComparison.Ordinal)))
            {
                throw ModelFileException.Of(CheckpointTexts.UnknownModule, file.Path, prefix + tensor.Name);
            }
        }

        return new RenamedWeights(file, places, name => names.Original(name) is { } found ? prefix + found : null);
    }

    internal override string NameInFile(string name) => original(name) ?? name;

    private static IEnumerable<WeightTensor> Under(SafetensorsFile file, string prefix) => file.Header.Tensors.Values
        .Where(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal))
        .Select(tensor => tensor with { Name = tensor.Name[prefix.Length..] });
}

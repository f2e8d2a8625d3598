using DiffusionHub.Inference.Weights.Adapters;

namespace DiffusionHub.Inference.Graphs.Adapters;

/// <summary>A LoRA's change of one layer, with the factor of all of it: weight·alpha/rank.</summary>
internal sealed record AppliedLayer(LoraFile File, LoraLayer Layer, float Factor);

/// <summary>What adapters change in one module: found by the names of its parameters, and each found once the graph is written.</summary>
internal sealed class AdapterLayers
{
    // A graph with all its constants is one protobuf message, which has to stay below 2 GiB.
    private const long Largest = 1_900_000_000;

    private readonly Dictionary<string, List<AppliedLayer>> layers = new(StringComparer.Ordinal);
    private readonly HashSet<LoraLayer> fitting = new(ReferenceEqualityComparer.Instance);
    private readonly string model;
    private readonly Func<string, string?>? otherName;

    /// <param name="model">What messages call the module's weights.</param>
    /// <param name="adapters">The adapters.</param>
    /// <param name="part">Which of their layers are meant.</param>
    /// <param name="otherName">From a layer's path in the module to what a file may call it instead.</param>
    /// <exception cref="ModelFileException">The adapters' weight is no number, or they are too large together.</exception>
    public AdapterLayers(string model, IReadOnlyList<Adapter> adapters, LoraPart part, Func<string, string?>? otherName = null)
    {
        this.model = model;
        this.otherName = otherName;
        long length = 0;
        foreach (var (file, weight) in adapters)
        {
            if (!float.IsFinite(weight))
            {
                throw ModelFileException.Of(AdapterTexts.NotFinite, file.Path, weight);
            }

            foreach (var ((_, name), layer) in file.Layers.Where(l => l.Key.Part == part))
            {
                (layers.TryGetValue(name, out var list) ? list : layers[name] = []).Add(new AppliedLayer(file, layer, weight * layer.Scale));
                length += weight == 0 ? 0 : layer.Length;
            }

            if (length > Largest)
            {
                throw ModelFileException.Of(AdapterTexts.TooLarge, model, length, Largest, file.Path);
            }
        }
    }

    /// <summary>What changes <paramref name="parameter"/>, such as <c>mid_block.resnets.0.conv1.weight</c>, of that shape.</summary>
    /// <exception cref="ModelFileException">A change is for a layer of another shape.</exception>
    public IReadOnlyList<AppliedLayer> Find(string parameter, ReadOnlySpan<long> shape)
    {
        const string suffix = ".weight";
        if (layers.Count == 0 || !parameter.EndsWith(suffix, StringComparison.Ordinal))
        {
            return [];
        }

        var path = parameter[..^suffix.Length];
        AppliedLayer[] found = [.. Named(path), .. otherName?.Invoke(path) is { } other ? Named(other) : []];
        foreach (var (file, layer, _) in found)
        {
            if (!layer.Fits(shape))
            {
                throw ModelFileException.Of(AdapterTexts.OtherShape, file.Path, model, layer.Down.Name, string.Join(", ", shape.ToArray()), string.Join(", ", layer.Shape));
            }

            fitting.Add(layer);
        }

        return found;
    }

    /// <summary>After all parameters were asked for.</summary>
    /// <exception cref="ModelFileException">A change is for a layer that the module does not have.</exception>
    public void CheckAllFound()
    {
        var all = layers.Values.SelectMany(list => list).ToList();
        if (all.Find(l => !fitting.Contains(l.Layer)) is { } homeless)
        {
            var same = all.Where(l => l.File == homeless.File).Select(l => l.Layer).ToHashSet<LoraLayer>(ReferenceEqualityComparer.Instance);
            throw ModelFileException.Of(AdapterTexts.NoLayer, homeless.File.Path, model, homeless.Layer.Down.Name, same.Count(fitting.Contains), same.Count);
        }
    }

    private List<AppliedLayer> Named(string path) => layers.GetValueOrDefault(LoraKey.Flat(path)) ?? [];
}

using DiffusionHub.Inference.Checkpoints.Names;
using DiffusionHub.Inference.Exported.Onnx;
using DiffusionHub.Inference.Graphs.Adapters;
using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Weights.Adapters;

namespace DiffusionHub.Inference.Exported;

/// <summary>LoRAs on an exported graph: the nodes that use a changed weight use its sum with the change instead.</summary>
internal sealed class ExportedAdapters(OnnxModel model, OnnxEdit edit)
{
    private readonly ParameterNames names = new(model);
    private readonly Dictionary<(string Constant, string Parameter), string> sums = [];

    /// <summary>Applies the layers of <paramref name="adapters"/> that are for <paramref name="part"/>.</summary>
    /// <exception cref="ModelFileException">A layer does not fit the graph, or is not there.</exception>
    public void Apply(IReadOnlyList<Adapter> adapters, LoraPart part)
    {
        var layers = new AdapterLayers(model.Path, adapters, part, part == LoraPart.Unet ? UnetNames.Of(Layout()).Original : null);
        foreach (var node in model.Nodes)
        {
            if (Matrix(node) is { } transposed && model.Initializers.TryGetValue(node.Input(Index(node)), out var weight) && weight.Shape.Length >= 2 && weight.Type.IsFloat())
            {
                Apply(layers, node, weight, transposed);
            }
        }

        layers.CheckAllFound();
    }

    private void Apply(AdapterLayers layers, OnnxNode node, OnnxTensor weight, bool transposed)
    {
        long[] shape = transposed ? [.. weight.Shape.Reverse()] : weight.Shape;
        foreach (var parameter in names.Of(node, weight.Name))
        {
            if (layers.Find(parameter, shape) is { Count: > 0 } found)
            {
                if (!sums.TryGetValue((weight.Name, parameter), out var sum))
                {
                    sums[(weight.Name, parameter)] = sum = Sum(weight, $"{weight.Name}:{parameter}", shape, transposed, found);
                }

                edit.Replace(node, Index(node), sum);
                return;
            }
        }
    }

    private string Sum(OnnxTensor weight, string name, long[] shape, bool transposed, IReadOnlyList<AppliedLayer> layers)
    {
        if (AdapterNodes.Delta(edit.Added, name, shape, transposed, layers) is not { } delta)
        {
            return weight.Name;
        }

        var whole = Cast(weight.Name, weight.Type, OnnxType.Float, name + "+32");
        edit.Added.Node(name + "+", "Add", "", [whole, delta], [name + "+"], []);
        return Cast(name + "+", OnnxType.Float, weight.Type, name + "+cast");
    }

    private string Cast(string value, OnnxType from, OnnxType to, string name)
    {
        if (from == to)
        {
            return value;
        }

        edit.Added.Node(name, "Cast", "", [value], [name], [new OnnxAttribute("to", (long)to)]);
        return name;
    }

    // Whether the graph has the weight as (I, O); null where the node has none. Where a node turns it around, it is as in the original.
    private static bool? Matrix(OnnxNode node) => node.Type switch
    {
        "MatMul" => true,
        "Gemm" or "FusedMatMul" or "FusedGemm" => node.Whole("transB") is not 1,
        "Conv" or "FusedConv" or "Transpose" => false,
        _ => null,
    };

    private static int Index(OnnxNode node) => node.Type == "Transpose" ? 0 : 1;

    // How the UNet is put together, for LoRAs with the names of the original latent diffusion code. Exporters leave out the names of normalisations.
    private UnetLayout Layout()
    {
        var parameters = model.Nodes.SelectMany(n => names.Of(n, n.Input(Index(n)))).ToHashSet(StringComparer.Ordinal);
        const string norm = "norm.weight";
        return UnetLayout.FromDiffusers(
            name => parameters.Contains(name) || (name.EndsWith(norm, StringComparison.Ordinal) && parameters.Any(p => p.StartsWith(name[..^norm.Length], StringComparison.Ordinal))));
    }
}

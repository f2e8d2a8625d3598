namespace DiffusionHub.Inference.Exported.Onnx;

/// <summary>A layer normalisation in a graph.</summary>
/// <param name="Of">What it normalises; null where no value holds that.</param>
/// <param name="Weight">Its scale.</param>
/// <param name="Bias">Its shift.</param>
/// <param name="Epsilon">What it adds to the variance, where the node says.</param>
internal sealed record OnnxNorm(string? Of, string Weight, string Bias, float? Epsilon);

/// <summary>
/// Finds layer normalisations: as one node, fused with the sum before it (as ONNX Runtime's tools do), or in the single steps of exporters
/// for operator sets before 17.
/// </summary>
internal sealed class OnnxTrace
{
    private readonly OnnxModel model;
    private readonly Dictionary<string, OnnxNode> makers = new(StringComparer.Ordinal);
    private readonly ILookup<string, OnnxNode> users;

    public OnnxTrace(OnnxModel model)
    {
        this.model = model;
        foreach (var node in model.Nodes)
        {
            foreach (var output in node.Outputs)
            {
                makers[output] = node;
            }
        }

        users = model.Nodes.SelectMany(n => n.Inputs.Select(i => (Input: i, Node: n))).ToLookup(u => u.Input, u => u.Node, StringComparer.Ordinal);
    }

    /// <summary>The normalisation of the module whose path ends so: by its scale's name, or by the scope that the exporter named its nodes by.</summary>
    public OnnxNorm? Norm(string module)
    {
        var weight = model.Initializers.Keys.FirstOrDefault(name => Ends(name, module + ".weight"));
        var node = weight is null ? model.Nodes.FirstOrDefault(n => n.Name.Contains($"/{module.Replace(".layer", "/layer", StringComparison.Ordinal)}/", StringComparison.Ordinal) && Fused(n))
            : users[weight].FirstOrDefault();
        return node is null ? null : Of(node);
    }

    /// <summary>The normalisation that <paramref name="value"/> is the outcome of.</summary>
    public OnnxNorm? NormThatMakes(string value)
    {
        for (var steps = 0; steps < 4 && makers.TryGetValue(value, out var node); steps++)
        {
            if (node.Type is not ("Identity" or "Cast"))
            {
                return Fused(node) ? Of(node) : node.Type == "Add" && node.Inputs.Select(Maker).FirstOrDefault(m => m?.Type == "Mul") is { } scaled ? Of(scaled) : null;
            }

            value = node.Input(0);
        }

        return null;
    }

    private OnnxNorm? Of(OnnxNode node) => node.Type switch
    {
        "LayerNormalization" when node.Input(2).Length > 0 => new OnnxNorm(node.Input(0), node.Input(1), node.Input(2), node.Number("epsilon")),
        "SkipLayerNormalization" when node.Input(3).Length > 0 => new OnnxNorm(node.Outputs.Count > 3 && node.Outputs[3].Length > 0 ? node.Outputs[3] : null, node.Input(2), node.Input(3), node.Number("epsilon")),
        "Mul" => Steps(node),
        _ => null,
    };

    // ((x − mean)/deviation)·weight + bias.
    private OnnxNorm? Steps(OnnxNode scaled)
    {
        var quotient = scaled.Inputs.Select(Maker).FirstOrDefault(m => m?.Type == "Div");
        var difference = quotient is null ? null : Maker(quotient.Input(0));
        var sum = scaled.Outputs.SelectMany(o => users[o]).FirstOrDefault(n => n.Type == "Add");
        return difference?.Type != "Sub" || sum is null ? null
            : new OnnxNorm(difference.Input(0), scaled.Inputs.First(i => Maker(i) != quotient), sum.Inputs.First(i => !scaled.Outputs.Contains(i)), null);
    }

    private OnnxNode? Maker(string value) => makers.GetValueOrDefault(value);

    private static bool Fused(OnnxNode node) => node.Type is "LayerNormalization" or "SkipLayerNormalization";

    private static bool Ends(string name, string end) => name.EndsWith(end, StringComparison.Ordinal) && (name.Length == end.Length || name[^(end.Length + 1)] == '.');
}

namespace DiffusionHub.Inference.Graphs.Gradients;

/// <summary>
/// One segment of a graph once more, as far as its gradient needs it. ONNX Runtime would notice that two nodes compute the same, and
/// compute it once and keep it; and it would compute it long before it is needed. What the segment begins with is therefore given the
/// shape that it has plus a zero that is made from the lengths of later gradients, which costs nothing and is known only when they are there.
/// </summary>
internal sealed class Recomputation
{
    private readonly Dictionary<string, TapeNode> makers;
    private readonly Dictionary<string, GraphValue> copies = new(StringComparer.Ordinal);
    private readonly GraphBuilder graph;
    private readonly Activity activity;
    private readonly string token;

    /// <param name="graph">The graph.</param>
    /// <param name="segment">Nodes to compute again.</param>
    /// <param name="activity">What is computed again; other values are kept.</param>
    /// <param name="token">A zero that is there when the segment's turn has come.</param>
    public Recomputation(GraphBuilder graph, IReadOnlyList<TapeNode> segment, Activity activity, string token)
    {
        (this.graph, this.activity, this.token) = (graph, activity, token);
        makers = segment.SelectMany(node => node.Outputs.Select(output => (output, node))).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>The copy of an active value.</summary>
    public GraphValue Value(string name)
    {
        if (!copies.TryGetValue(name, out var copy))
        {
            copy = copies[name] = makers.TryGetValue(name, out var node) ? Copy(node, name) : Held(new GraphValue(graph, name, 0));
        }

        return copy;
    }

    private GraphValue Copy(TapeNode node, string name)
    {
        string[] inputs = [.. node.Inputs.Select(input => activity.IsActive(input) ? Value(input).Name : input)];
        var outputs = graph.Nodes(node.Type, node.Domain, node.Outputs.Length, 0, inputs, node.Attributes);
        for (var i = 0; i < outputs.Count; i++)
        {
            copies[node.Outputs[i]] = outputs[i];
        }

        return copies[name];
    }

    private GraphValue Held(GraphValue value) => value.Reshape(0, graph.Node("Add", 0, [value.WholeShape(), token]).Name);
}

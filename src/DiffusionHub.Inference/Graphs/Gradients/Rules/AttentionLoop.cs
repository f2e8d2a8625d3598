using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Graphs.Gradients.Rules;

/// <summary>Gradients of attention, some queries at a time; all tensors are (B, h, N or M, d).</summary>
/// <param name="graph">The graph.</param>
/// <param name="query">s·q.</param>
/// <param name="key">k.</param>
/// <param name="value">v.</param>
/// <param name="g">∂L/∂y.</param>
/// <param name="dots">⟨∂L/∂y, y⟩ of each query, (B, h, N, 1).</param>
/// <param name="ofKeys">Whether ∂L/∂k is wanted.</param>
/// <param name="ofValues">Whether ∂L/∂v is wanted.</param>
internal sealed class AttentionLoop(
    GraphBuilder graph, GraphValue query, GraphValue key, GraphValue value, GraphValue g, GraphValue dots, bool ofKeys, bool ofValues)
{
    // Each turn adds to all of ∂L/∂k and ∂L/∂v, which must not take longer than its products.
    private const long FewestQueries = 16;

    private readonly GraphBuilder body = graph.Body();

    /// <summary>Writes the loop; <paramref name="elements"/> is how many elements of the attention matrix there may be at a time.</summary>
    /// <returns>∂L/∂(s·q), ∂L/∂k and ∂L/∂v; of the latter two those that are wanted.</returns>
    public IReadOnlyList<GraphValue> Write(long elements)
    {
        // At most max(16, elements/(B·h·M)) queries at a time, in turns of one length that leave little to fill.
        var rows = Whole("Mul", query.Shape(0, 1), Whole("Mul", query.Shape(1, 2), key.Shape(2, 3)));
        var most = Whole("Max", Whole("Div", graph.Constant(elements), rows), graph.Constant(FewestQueries));
        var length = query.Shape(2, 3);
        var steps = Parts(length, most);
        var step = Parts(length, steps);

        // Queries of zero fill the last turn, whose gradients add nothing: the runtime keeps scratch memory of every length that it meets.
        var missing = Whole("Sub", Whole("Mul", steps, step), query.Shape(2, 3));
        var queries = Filled(query);

        var turn = body.Input(body.Fresh("turn"), OnnxType.Int64, 0);
        var goes = body.Input(body.Fresh("goes"), OnnxType.Bool, 0);
        var (keys, values) = (Carried("k"), Carried("v"));
        body.Output(body.Fresh("on"), OnnxType.Bool, goes);
        foreach (var after in Step(turn, step, keys, values, [queries, Filled(g), Filled(dots)]))
        {
            body.Output(body.Fresh("after"), after, Sides());
        }

        var count = graph.Node("Squeeze", 0, [steps]).Name;
        var sums = graph.Nodes("Loop", "", 3, 0, [count, "", key.ZerosLike().Name, value.ZerosLike().Name], GraphBuilder.BodyOf(body));
        var turns = sums[2].Permuted(1, 2, 0, 3, 4).Reshape(0, graph.Node("Concat", 0, [queries.Shape(0, 3), queries.Length(-1)], new OnnxAttribute("axis", 0L)).Name);
        return [turns.Cut(graph.Constant(0L), length, 2), sums[0], sums[1]];

        GraphValue Filled(GraphValue rows) => rows.Padded(graph.Node("Concat", 0, [graph.Constant(0L), missing], new OnnxAttribute("axis", 0L)).Name, 2);
    }

    // What is summed over the turns, then what is put together.
    private GraphValue[] Step(GraphValue turn, string step, GraphValue keys, GraphValue values, GraphValue[] filled)
    {
        var start = body.Node("Mul", 0, [turn.Name, step]).Name;
        var end = body.Node("Add", 0, [start, step]).Name;
        var (q, gradient, dot) = (Rows(filled[0]), Rows(filled[1]), Rows(filled[2]));
        var weights = body.Node("Softmax", 0, [q.Product(In(key), transposeB: true).Name], new OnnxAttribute("axis", -1L));
        var slopes = weights * gradient.Product(In(value), transposeB: true).Minus(dot);
        return
        [
            ofKeys ? keys + slopes.Product(q, transposeA: true) : keys,
            ofValues ? values + weights.Product(gradient, transposeA: true) : values,
            slopes.Product(In(key)),
        ];

        GraphValue Rows(GraphValue all) => In(all).Cut(start, end, 2);
    }

    // A value of the graph around the loop.
    private GraphValue In(GraphValue outer) => outer with { Graph = body };

    private GraphValue Carried(string name) => body.Input(body.Fresh(name), OnnxType.Float, 0, Sides());

    private OnnxDimension[] Sides() => [body.Fresh("B"), body.Fresh("h"), body.Fresh("N"), body.Fresh("d")];

    // ⌈length/part⌉.
    private string Parts(string length, string part) => Whole("Div", Whole("Sub", Whole("Add", length, part), graph.Constant(1L)), part);

    private string Whole(string type, string a, string b) => graph.Node(type, 0, [a, b]).Name;
}

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
        // max(16, elements/(B·h·M)) queries at a time.
        var rows = Whole("Mul", query.Shape(0, 1), Whole("Mul", query.Shape(1, 2), key.Shape(2, 3)));
        var step = Whole("Max", Whole("Div", graph.Constant(elements), rows), graph.Constant(FewestQueries));
        var steps = Whole("Div", Whole("Sub", Whole("Add", query.Shape(2, 3), step), graph.Constant(1L)), step);

        var turn = body.Input(body.Fresh("turn"), OnnxType.Int64, 0);
        var goes = body.Input(body.Fresh("goes"), OnnxType.Bool, 0);
        GraphValue[] before = [Carried("q"), Carried("k"), Carried("v")];
        body.Output(body.Fresh("on"), OnnxType.Bool, goes);
        var after = Step(turn, step, before);
        for (var i = 0; i < after.Length; i++)
        {
            body.Output(body.Fresh("after"), after[i], Sides());
        }

        var nothing = query.Cut(graph.Constant(0L), graph.Constant(0L), 2);
        var count = graph.Node("Squeeze", 0, [steps]).Name;
        return graph.Nodes("Loop", "", 3, 0, [count, "", nothing.Name, key.ZerosLike().Name, value.ZerosLike().Name], GraphBuilder.BodyOf(body));
    }

    private GraphValue[] Step(GraphValue turn, string step, GraphValue[] before)
    {
        var start = body.Node("Mul", 0, [turn.Name, step]).Name;
        var end = body.Node("Add", 0, [start, step]).Name;
        var (q, gradient) = (Rows(query), Rows(g));
        var weights = body.Node("Softmax", 0, [q.Product(In(key), transposeB: true).Name], new OnnxAttribute("axis", -1L));
        var slopes = weights * gradient.Product(In(value), transposeB: true).Minus(Rows(dots));
        return
        [
            before[0].Concat(slopes.Product(In(key)), 2),
            ofKeys ? before[1] + slopes.Product(q, transposeA: true) : before[1],
            ofValues ? before[2] + weights.Product(gradient, transposeA: true) : before[2],
        ];

        GraphValue Rows(GraphValue all) => In(all).Cut(start, end, 2);
    }

    // A value of the graph around the loop.
    private GraphValue In(GraphValue outer) => outer with { Graph = body };

    private GraphValue Carried(string name) => body.Input(body.Fresh(name), OnnxType.Float, 0, Sides());

    private OnnxDimension[] Sides() => [body.Fresh("B"), body.Fresh("h"), body.Fresh("N"), body.Fresh("d")];

    private string Whole(string type, string a, string b) => graph.Node(type, 0, [a, b]).Name;
}

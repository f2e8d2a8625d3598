using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Graphs.Gradients.Rules;

/// <summary>Means and greatest of neighbouring pixels.</summary>
internal static class Pooling
{
    /// <summary>Means of 2×2 pixels. A last row or column that is left over has no gradient, or, with <c>ceil_mode</c>, is a mean of its own.</summary>
    public static void Average(NodeGradient at)
    {
        if (!(at.Node.Attribute<long[]>("kernel_shape", []) is [2, 2] && at.Node.Attribute<long[]>("strides", []) is [2, 2]) || at.Node.Attribute<long[]>("pads", []).Any(side => side != 0))
        {
            throw at.Unknown("only of 2×2 pixels");
        }

        var size = at.Input(0).Shape(2, 4);
        if (at.Node.Attribute("ceil_mode", 0L) == 0)
        {
            at.Give(0, Resampling.PaddedTo(Repeated(at.Cotangent * at.Graph.Number(0.25f)), size));
            return;
        }

        // Ones padded to an even size have as means the part of each 2×2 that there is.
        var graph = at.Graph;
        var ones = graph.Constant([1f], 1, 1, 1, 1);
        var even = graph.Node("Mul", 0, [at.Cotangent.Shape(2, 4), graph.Constant(2L)]).Name;
        var there = graph.Node("Expand", 0, [ones.Name, graph.Node("Concat", 0, [graph.Constant(1, 1), size], new OnnxAttribute("axis", 0L)).Name]);
        var parts = graph.Node("AveragePool", 0, [Resampling.PaddedTo(there, even).Name], Sides("kernel_shape"), Sides("strides"));
        var whole = Repeated((at.Cotangent * graph.Number(0.25f)).Over(parts));
        at.Give(0, graph.Node("Slice", 0, [whole.Name, graph.Constant(0, 0), size, graph.Constant(2, 3)]));
    }

    /// <summary>The greatest of overlapping windows: its place gets the gradient, once for each window that it is the greatest of.</summary>
    public static void Max(NodeGradient at)
    {
        // The places count through the whole batch.
        var (graph, x, flat) = (at.Graph, at.Input(0), at.Graph.Constant(-1L));
        var places = graph.Nodes("MaxPool", "", 2, 0, [x.Name], at.Node.Attributes)[1];
        var zeros = x.ZerosLike().Reshape(0, flat);
        var scattered = graph.Node(
            "ScatterElements", 0, [zeros.Name, places.Reshape(0, flat).Name, at.Cotangent.Reshape(0, flat).Name], new OnnxAttribute("axis", 0L), new OnnxAttribute("reduction", "add"));
        at.Give(0, scattered.Like(x));
    }

    private static GraphValue Repeated(GraphValue x) => x.Graph.Node(
        "Resize",
        0,
        [x.Name, "", x.Graph.Constant([1f, 1, 2, 2], 4).Name],
        new OnnxAttribute("mode", "nearest"),
        new OnnxAttribute("coordinate_transformation_mode", "asymmetric"),
        new OnnxAttribute("nearest_mode", "floor"));

    private static OnnxAttribute Sides(string name) => new(name, new long[] { 2, 2 });
}

using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Graphs.Gradients.Rules;

/// <summary>Half and double the size.</summary>
internal static class Resampling
{
    private const int Scales = 2;

    /// <summary>Every pixel to 2×2, or to a given size that is twice as long or one less; each pixel's gradient is the sum of its copies'.</summary>
    public static void Resize(NodeGradient at)
    {
        at.Only("mode", "nearest");
        at.Only("coordinate_transformation_mode", "asymmetric");
        at.Only("nearest_mode", "floor");
        var (g, graph) = (at.Cotangent, at.Graph);
        if (!at.Has(Scales))
        {
            g = PaddedTo(g, graph.Node("Mul", 0, [at.Input(0).Shape(2, 4), graph.Constant(2L)]).Name);
        }
        else if (!at.Floats(Scales).SequenceEqual([1, 1, 2, 2]))
        {
            throw at.Unknown("only of twice the size");
        }

        var pooled = graph.Node(
            "AveragePool", 0, [g.Name], new OnnxAttribute("kernel_shape", new long[] { 2, 2 }), new OnnxAttribute("strides", new long[] { 2, 2 }));
        at.Give(0, pooled * graph.Number(4));
    }

    /// <summary>With zeros below and to the right, up to the size.</summary>
    public static GraphValue PaddedTo(GraphValue x, string size)
    {
        var missing = x.Graph.Node("Sub", 0, [size, x.Shape(2, 4)]).Name;
        return x.Padded(x.Graph.Node("Concat", 0, [x.Graph.Constant(0, 0), missing], new OnnxAttribute("axis", 0L)).Name, 2, 3);
    }
}

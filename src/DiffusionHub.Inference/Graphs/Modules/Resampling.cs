using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Graphs.Modules;

/// <summary>Half and double the size.</summary>
internal static class Resampling
{
    /// <summary>A convolution of stride 2. Autoencoders pad below and to the right only.</summary>
    public static GraphValue Downsample(this Module m, GraphValue x, bool padAllSides) =>
        m["conv"].Conv(x, x.Width, 3, 2, padAllSides ? [1, 1, 1, 1] : [0, 0, 1, 1]);

    /// <summary>Every pixel becomes 2×2, then a convolution.</summary>
    public static GraphValue Upsample(this Module m, GraphValue x) => m.Graph.Kernels.Upsample(m["conv"], x);

    /// <summary>Every pixel becomes 2×2.</summary>
    public static GraphValue Doubled(this GraphValue x) => Nearest(x, [x.Name, "", x.Graph.ExactConstant([1f, 1, 2, 2], 4).Name]);

    /// <summary>To the size of <paramref name="like"/>, which is twice x's or one less where a side was odd, then a convolution.</summary>
    public static GraphValue Upsample(this Module m, GraphValue x, GraphValue like) => m["conv"].Conv(x.DoubledTo(like), x.Width);

    /// <summary>To the size of <paramref name="like"/>, which is twice x's or one less where a side was odd.</summary>
    public static GraphValue DoubledTo(this GraphValue x, GraphValue like)
    {
        var size = x.Graph.Node("Concat", 0, [x.Shape(0, 2), like.Shape(2, 4)], new OnnxAttribute("axis", 0L));
        return Nearest(x, [x.Name, "", "", size.Name]);
    }

    /// <summary>Every 2×2 pixels become their mean; a last one alone where a side is odd stays as it is.</summary>
    public static GraphValue Halved(this GraphValue x) => x.Graph.Node(
        "AveragePool",
        x.Width,
        [x.Name],
        new OnnxAttribute("kernel_shape", new long[] { 2, 2 }),
        new OnnxAttribute("strides", new long[] { 2, 2 }),
        new OnnxAttribute("ceil_mode", 1L));

    private static GraphValue Nearest(GraphValue x, ReadOnlySpan<string> inputs) => x.Graph.Node(
        "Resize",
        x.Width,
        inputs,
        new OnnxAttribute("mode", "nearest"),
        new OnnxAttribute("coordinate_transformation_mode", "asymmetric"),
        new OnnxAttribute("nearest_mode", "floor"));
}

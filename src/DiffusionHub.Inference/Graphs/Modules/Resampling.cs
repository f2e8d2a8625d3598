using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Graphs.Modules;

/// <summary>Half and double the size.</summary>
internal static class Resampling
{
    /// <summary>A convolution of stride 2. Autoencoders pad below and to the right only.</summary>
    public static GraphValue Downsample(this Module m, GraphValue x, bool padAllSides) =>
        m["conv"].Conv(x, x.Width, 3, 2, padAllSides ? [1, 1, 1, 1] : [0, 0, 1, 1]);

    /// <summary>Every pixel becomes 2×2, then a convolution.</summary>
    public static GraphValue Upsample(this Module m, GraphValue x) =>
        m["conv"].Conv(x.Doubled(), x.Width);

    /// <summary>Every pixel becomes 2×2.</summary>
    public static GraphValue Doubled(this GraphValue x) => Nearest(x, [x.Name, "", x.Graph.Constant([1f, 1, 2, 2], 4).Name]);

    /// <summary>To the size of <paramref name="like"/>, which is twice x's or one less where a side was odd, then a convolution.</summary>
    public static GraphValue Upsample(this Module m, GraphValue x, GraphValue like)
    {
        var size = m.Graph.Node("Concat", 0, [x.Shape(0, 2), like.Shape(2, 4)], new OnnxAttribute("axis", 0L));
        return m["conv"].Conv(Nearest(x, [x.Name, "", "", size.Name]), x.Width);
    }

    private static GraphValue Nearest(GraphValue x, ReadOnlySpan<string> inputs) => x.Graph.Node(
        "Resize",
        x.Width,
        inputs,
        new OnnxAttribute("mode", "nearest"),
        new OnnxAttribute("coordinate_transformation_mode", "asymmetric"),
        new OnnxAttribute("nearest_mode", "floor"));
}

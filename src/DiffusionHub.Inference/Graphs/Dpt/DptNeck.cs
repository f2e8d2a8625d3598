using DiffusionHub.Inference.Graphs.Modules;
using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Graphs.Dpt;

/// <summary>From tokens to pictures, and from pictures of several sizes to one (Ranftl et al. 2021, section 3).</summary>
internal static class DptNeck
{
    /// <summary>Tokens of one layer as a picture: readout, projection, change of size.</summary>
    /// <param name="m">The reassembling stage.</param>
    /// <param name="config">Its set-up.</param>
    /// <param name="tokens">(B, 1 + h·w, C).</param>
    /// <param name="patches">A picture of the shape (B, C, h, w).</param>
    /// <param name="stage">Which of the pictures it is.</param>
    public static GraphValue Reassemble(this Module m, DptConfig config, GraphValue tokens, GraphValue patches, int stage)
    {
        var (width, scale) = config.Stages[stage];
        var layer = m["layers", stage];
        var x = layer["projection"].Conv(Read(m, config, tokens, stage).ToPicture(patches), width, kernel: 1);
        return scale switch
        {
            1 => x,
            < 1 => layer["resize"].Conv(x, width, stride: (int)(1 / scale)),
            _ => layer["resize"].Widen(x, (long)scale),
        };
    }

    /// <summary>One picture of all, of twice the largest one's sides.</summary>
    /// <param name="m">The neck.</param>
    /// <param name="config">Its set-up.</param>
    /// <param name="pictures">The largest first.</param>
    public static GraphValue Fuse(this Module m, DptConfig config, IReadOnlyList<GraphValue> pictures)
    {
        GraphValue? fused = null;
        for (var i = 0; i < pictures.Count; i++)
        {
            var stage = pictures.Count - 1 - i;
            var x = m["convs", stage].Conv(pictures[stage], config.FusionWidth, bias: false);
            var layer = m["fusion_stage"]["layers", i];
            x = fused is { } before ? before + layer["residual_layer1"].Residual(config, x.Smoothly(before)) : x;
            x = layer["residual_layer2"].Residual(config, x).DoubledSmoothly();
            fused = layer["projection"].Conv(x, config.FusionWidth, kernel: 1);
        }

        return fused!.Value;
    }

    /// <summary>To the height and width of <paramref name="like"/>, bilinearly.</summary>
    public static GraphValue Smoothly(this GraphValue x, GraphValue like)
    {
        var size = x.Graph.Node("Concat", 0, [x.Shape(0, 2), like.Shape(2, 4)], new OnnxAttribute("axis", 0L));
        return x.Graph.Node("Resize", x.Width, [x.Name, "", "", size.Name], new OnnxAttribute("mode", "linear"), new OnnxAttribute("coordinate_transformation_mode", "half_pixel"));
    }

    /// <summary>To twice the sides, bilinearly, the corners staying corners.</summary>
    public static GraphValue DoubledSmoothly(this GraphValue x) => x.Graph.Node(
        "Resize",
        x.Width,
        [x.Name, "", x.Graph.Constant([1f, 1, 2, 2], 4).Name],
        new OnnxAttribute("mode", "linear"),
        new OnnxAttribute("coordinate_transformation_mode", "align_corners"));

    private static GraphValue Read(Module m, DptConfig config, GraphValue tokens, int stage)
    {
        var (first, rest) = (tokens.Tokens(0, 1), tokens.Tokens(1));
        if (config.Readout != DptReadout.Project)
        {
            return config.Readout == DptReadout.Add ? rest + first : rest;
        }

        var repeated = m.Graph.Node("Expand", first.Width, [first.Name, rest.Shape(0, 3)]);
        return m["readout_projects", stage]["0"].Linear(rest.Concat(repeated, -1), tokens.Width).Gelu();
    }

    // Every pixel becomes a square of its own.
    private static GraphValue Widen(this Module m, GraphValue x, long scale) => m.Graph.Node(
        "ConvTranspose",
        x.Width,
        [x.Name, m.Weight("weight", x.Width, x.Width, scale, scale), m.Weight("bias", x.Width)],
        new OnnxAttribute("kernel_shape", new[] { scale, scale }),
        new OnnxAttribute("strides", new[] { scale, scale }));

    private static GraphValue Residual(this Module m, DptConfig config, GraphValue x)
    {
        var h = m["convolution1"].Conv(x.Of("Relu"), x.Width, bias: config.FusionBias);
        return x + m["convolution2"].Conv(h.Of("Relu"), x.Width, bias: config.FusionBias);
    }
}

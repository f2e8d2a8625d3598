using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Graphs.Dpt;

/// <summary>The residual network of a DPT hybrid. It pads as TensorFlow does, where it was learnt: the odd pixel comes below and to the right.</summary>
internal static class BitBackbone
{
    private const float WeightEpsilon = 1e-8f;
    private const float NormEpsilon = 1e-5f;

    // Inside a block there are a quarter as many channels, in multiples of 8.
    private const int Narrowing = 4, Multiple = 8;

    /// <summary>The pictures of all stages, the largest first: a quarter, an eighth and a sixteenth of the sides.</summary>
    /// <param name="m">The network.</param>
    /// <param name="config">Its set-up.</param>
    /// <param name="x">(B, 3, H, W).</param>
    public static IReadOnlyList<GraphValue> Stages(this Module m, BitConfig config, GraphValue x)
    {
        var stem = m["embedder"];
        x = Norm(stem["norm"], config, stem["convolution"].StandardisedConv(x, config.StemChannels, 7, stride: 2)).Of("Relu");
        x = m.Graph.Node("MaxPool", x.Width, [x.Name], [.. Window(3, 2)]);
        var pictures = new List<GraphValue>();
        foreach (var (i, (channels, blocks)) in config.Stages.Index())
        {
            for (var j = 0; j < blocks; j++)
            {
                x = m["encoder"]["stages", i]["layers", j].Block(config, x, channels, stride: i > 0 && j == 0 ? 2 : 1, isFirst: j == 0);
            }

            pictures.Add(x);
        }

        return pictures;
    }

    private static GraphValue Block(this Module m, BitConfig config, GraphValue x, int width, int stride, bool isFirst)
    {
        var inner = Math.Max(Multiple, (width / Narrowing + (Multiple / 2)) / Multiple * Multiple);
        var h = Norm(m["norm1"], config, m["conv1"].StandardisedConv(x, inner, 1)).Of("Relu");
        h = Norm(m["norm2"], config, m["conv2"].StandardisedConv(h, inner, 3, stride)).Of("Relu");
        h = Norm(m["norm3"], config, m["conv3"].StandardisedConv(h, width, 1));
        var beside = isFirst ? Norm(m["downsample"]["norm"], config, m["downsample"]["conv"].StandardisedConv(x, width, 1, stride)) : x;
        return (h + beside).Of("Relu");
    }

    private static GraphValue Norm(Module m, BitConfig config, GraphValue x) => m.GroupNorm(x, config.Groups, NormEpsilon);

    // Each filter has mean 0 and variance 1 (Qiao et al. 2019).
    private static GraphValue StandardisedConv(this Module m, GraphValue x, long width, int kernel, int stride = 1)
    {
        var graph = m.Graph;
        var filter = x.Width * kernel * kernel;
        var ones = new float[filter];
        Array.Fill(ones, 1);
        var rows = graph.Weight($"{m.Path}.weight", [width, x.Width, kernel, kernel], [width, filter]);
        var standard = graph.Node(
            "LayerNormalization", filter, [rows, graph.Constant(ones, filter).Name], new OnnxAttribute("axis", -1L), new OnnxAttribute("epsilon", WeightEpsilon));
        var weight = standard.Reshape(x.Width, graph.Constant(width, x.Width, kernel, kernel));
        return graph.Node("Conv", width, [x.Name, weight.Name], [.. Window(kernel, stride)]);
    }

    private static IEnumerable<OnnxAttribute> Window(long kernel, long stride) =>
        [new("kernel_shape", new[] { kernel, kernel }), new("strides", new[] { stride, stride }), new("auto_pad", "SAME_UPPER")];
}

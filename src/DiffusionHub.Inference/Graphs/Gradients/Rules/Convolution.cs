using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Graphs.Gradients.Rules;

/// <summary>Convolutions over pixels, with respect to the picture.</summary>
internal static class Convolution
{
    public static void Conv(NodeGradient at)
    {
        at.Only("group", 1L);
        at.Only("auto_pad", "NOTSET");
        if (at.Wants(1) || at.Node.Attribute("dilations", new long[] { 1, 1 }).Any(step => step != 1))
        {
            throw at.Unknown("only of pictures, without dilation");
        }

        var (kernel, strides, pads) = (at.Node.Attribute<long[]>("kernel_shape", []), at.Node.Attribute("strides", new long[] { 1, 1 }), at.Node.Attribute("pads", new long[4]));
        at.Give(0, strides.All(stride => stride == 1) && kernel.Zip(pads).All(side => side.First > side.Second) ? Mirrored(at, kernel, pads) : Transposed(at, kernel, strides, pads));
    }

    // With stride 1: a convolution with the mirrored kernel, input and output channels swapped. The runtime swaps them once, when it loads the
    // graph, and has faster ways for it, with less scratch memory, than for a transposed convolution.
    private static GraphValue Mirrored(NodeGradient at, long[] kernel, long[] pads)
    {
        var weight = at.Input(1).Permuted(1, 0, 2, 3);
        if (kernel.Any(side => side > 1))
        {
            var graph = at.Graph;
            weight = graph.Node("Slice", 0, [weight.Name, graph.Constant(-1L, -1L), graph.Constant(-int.MaxValue, -int.MaxValue), graph.Constant(2L, 3L), graph.Constant(-1L, -1L)]);
        }

        return at.Graph.Node(
            "Conv",
            0,
            [at.Cotangent.Name, weight.Name],
            new OnnxAttribute("kernel_shape", kernel),
            new OnnxAttribute("strides", new long[] { 1, 1 }),
            new OnnxAttribute("pads", new[] { kernel[0] - 1 - pads[0], kernel[1] - 1 - pads[1], kernel[0] - 1 - pads[2], kernel[1] - 1 - pads[3] }));
    }

    // Computed without padding, stride − 1 too long, because strides may leave the last pixels of the picture out; then cut to the picture.
    private static GraphValue Transposed(NodeGradient at, long[] kernel, long[] strides, long[] pads)
    {
        var whole = at.Graph.Node(
            "ConvTranspose",
            0,
            [at.Cotangent.Name, at.Node.Inputs[1]],
            new OnnxAttribute("kernel_shape", kernel),
            new OnnxAttribute("strides", strides),
            new OnnxAttribute("output_padding", strides.Select(stride => stride - 1).ToArray()));
        for (var i = 0; i < 2; i++)
        {
            var start = at.Graph.Constant(pads[i]);
            var end = at.Graph.Node("Add", 0, [at.Input(0).Length(i + 2), start]).Name;
            whole = whole.Cut(start, end, i + 2);
        }

        return whole;
    }
}

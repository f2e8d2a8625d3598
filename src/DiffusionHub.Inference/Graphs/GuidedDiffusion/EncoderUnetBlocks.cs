using DiffusionHub.Inference.Graphs.Modules;
using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Graphs.GuidedDiffusion;

/// <summary>The layers of guided-diffusion's networks (Dhariwal and Nichol 2021, section 3) under the names that its files have.</summary>
internal static class EncoderUnetBlocks
{
    public const int Groups = 32;
    private const float Epsilon = 1e-5f;

    public static GraphValue Norm(this Module m, GraphValue x) => m.GroupNorm(x, Groups, Epsilon);

    /// <summary>A residual block.</summary>
    /// <param name="m">The block.</param>
    /// <param name="x">(B, C, H, W).</param>
    /// <param name="time">The activated embedding of the noise level, (B, D).</param>
    /// <param name="width">Channels of the result.</param>
    /// <param name="adaptive">Whether the noise level scales and shifts; else it is added.</param>
    /// <param name="halves">Whether it halves the size.</param>
    public static GraphValue GuidedResnet(this Module m, GraphValue x, GraphValue time, long width, bool adaptive, bool halves)
    {
        var h = m["in_layers", 0].Norm(x).Silu();
        if (halves)
        {
            (x, h) = (Halved(x), Halved(h));
        }

        h = m["in_layers", 2].Conv(h, width);
        var embedding = m["emb_layers", 1].Linear(time, adaptive ? 2 * width : width);
        if (adaptive)
        {
            var (scale, shift) = m.Graph.Halves(embedding);
            h = (m["out_layers", 0].Norm(h) * (scale + m.Graph.Constant([1f])).OverPixels()) + shift.OverPixels();
        }
        else
        {
            h = m["out_layers", 0].Norm(h + embedding.OverPixels());
        }

        h = m["out_layers", 3].Conv(h.Silu(), width);
        return (x.Width == width ? x : m["skip_connection"].Conv(x, width, kernel: 1)) + h;
    }

    /// <summary>Attention of the pixels to one another.</summary>
    public static GraphValue GuidedAttention(this Module m, GraphValue x, int heads, bool headsFirst)
    {
        var mixed = Attend(m["qkv"].Layer(m["norm"].Norm(x).ToTokens(), 3 * x.Width), heads, headsFirst);
        return x + m["proj_out"].Layer(mixed, x.Width).ToPicture(x);
    }

    /// <summary>softmax(q·kᵀ/√d)·v of tokens (B, N, 3C) that hold all three.</summary>
    public static GraphValue Attend(GraphValue tokens, int heads, bool headsFirst)
    {
        var (graph, width) = (tokens.Graph, tokens.Width / 3);
        if (!headsFirst)
        {
            var three = graph.Nodes("Split", "", 3, width, [tokens.Name], new("axis", -1L), new("num_outputs", 3L));
            return Attention.DotProduct(three[0], three[1], three[2], heads, causal: false);
        }

        var apart = tokens.Reshape(width / heads, graph.Constant(0, 0, heads, 3, width / heads));
        var parts = graph.Nodes("Split", "", 3, width / heads, [apart.Name], new("axis", 3L), new("num_outputs", 3L))
            .Select(part => part.Reshape(width, graph.Constant(0, 0, width))).ToList();
        return Attention.DotProduct(parts[0], parts[1], parts[2], heads, causal: false);
    }

    /// <summary>A convolution of one pixel, whose weights have <paramref name="sides"/> sides of 1, as a layer over vectors or tokens.</summary>
    public static GraphValue Layer(this Module m, GraphValue x, long width, int sides = 1)
    {
        long[] stored = [width, x.Width, .. Enumerable.Repeat(1L, sides)];
        var weight = m.Graph.Weight($"{m.Path}.weight", stored, [width, x.Width]);
        var product = m.Graph.MicrosoftNode("FusedMatMul", width, [x.Name, weight], new OnnxAttribute("transB", 1L));
        return m.Graph.Node("Add", width, [product.Name, m.Weight("bias", width)]);
    }

    // The last of an odd number of pixels is left out.
    private static GraphValue Halved(GraphValue x) => x.Graph.Node(
        "AveragePool", x.Width, [x.Name], new OnnxAttribute("kernel_shape", new long[] { 2, 2 }), new OnnxAttribute("strides", new long[] { 2, 2 }));
}

namespace DiffusionHub.Inference.Graphs.Modules;

/// <summary>What the transformers of one resolution have in common.</summary>
/// <param name="Layers">Blocks one after another.</param>
/// <param name="Heads">Attention heads.</param>
/// <param name="LinearProjection">Whether pictures become tokens before the projections into and out of the transformer, or after.</param>
/// <param name="OnlyCrossAttention">Whether the first attention of a block looks at the context, too.</param>
/// <param name="Groups">Groups of the normalisation.</param>
/// <param name="ExactAttention">Whether its attention needs the range of float32.</param>
internal sealed record TransformerOptions(int Layers, long Heads, bool LinearProjection, bool OnlyCrossAttention, int Groups, bool ExactAttention = false);

/// <summary>The spatial transformer of latent diffusion (Rombach et al. 2022, appendix E.2.1).</summary>
internal static class Transformer
{
    private const float Epsilon = 1e-6f;

    /// <param name="m">The transformer.</param>
    /// <param name="x">(B, C, H, W).</param>
    /// <param name="context">Text, (B, M, D).</param>
    /// <param name="options">Its set-up.</param>
    public static GraphValue Transform(this Module m, GraphValue x, GraphValue context, TransformerOptions options)
    {
        var h = m["norm"].GroupNorm(x, options.Groups, Epsilon);
        h = options.LinearProjection ? m["proj_in"].Linear(h.ToTokens(), x.Width) : m["proj_in"].Conv(h, x.Width, kernel: 1).ToTokens();
        for (var i = 0; i < options.Layers; i++)
        {
            h = m["transformer_blocks", i].Block(h, context, options);
        }

        h = options.LinearProjection ? m["proj_out"].Linear(h, x.Width).ToPicture(x) : m["proj_out"].Conv(h.ToPicture(x), x.Width, kernel: 1);
        return h + x;
    }

    private static GraphValue Block(this Module m, GraphValue x, GraphValue context, TransformerOptions options)
    {
        const float epsilon = 1e-5f;
        var kernels = m.Graph.Kernels;
        var h = m["norm1"].LayerNorm(x, epsilon);
        h = m["attn1"].Mix(h, options.OnlyCrossAttention ? context : h, options.Heads, exact: options.ExactAttention);
        (x, h) = kernels.AddLinearNorm(m["attn1"]["to_out", 0], h, x, m["norm2"], epsilon);
        h = m["attn2"].Mix(h, context, options.Heads, exact: options.ExactAttention);
        (x, h) = kernels.AddLinearNorm(m["attn2"]["to_out", 0], h, x, m["norm3"], epsilon);
        h = kernels.GatedGelu(m["ff"]["net.0.proj"], h, 8 * x.Width);
        return kernels.AddLinear(m["ff"]["net", 2], h, x);
    }
}

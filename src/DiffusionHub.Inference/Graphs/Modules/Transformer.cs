namespace DiffusionHub.Inference.Graphs.Modules;

/// <summary>What the transformers of one resolution have in common.</summary>
/// <param name="Layers">Blocks one after another.</param>
/// <param name="Heads">Attention heads.</param>
/// <param name="LinearProjection">Whether pictures become tokens before the projections into and out of the transformer, or after.</param>
/// <param name="OnlyCrossAttention">Whether the first attention of a block looks at the context, too.</param>
/// <param name="Groups">Groups of the normalisation.</param>
internal sealed record TransformerOptions(int Layers, long Heads, bool LinearProjection, bool OnlyCrossAttention, int Groups);

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
        var h = m["norm1"].LayerNorm(x);
        x += m["attn1"].Attend(h, options.OnlyCrossAttention ? context : h, options.Heads);
        x += m["attn2"].Attend(m["norm2"].LayerNorm(x), context, options.Heads);
        return x + m["ff"].GatedFeedForward(m["norm3"].LayerNorm(x));
    }

    // GEGLU (Shazeer 2020): one half of the projection, times the activated other half.
    private static GraphValue GatedFeedForward(this Module m, GraphValue x)
    {
        var (value, gate) = m.Graph.Halves(m["net.0.proj"].Linear(x, 8 * x.Width));
        return m["net", 2].Linear(value * gate.Gelu(), x.Width);
    }
}

using DiffusionHub.Inference.Graphs.Modules;

namespace DiffusionHub.Inference.Graphs.Clip;

/// <summary>What the layers of one encoder have in common.</summary>
/// <param name="Heads">Attention heads.</param>
/// <param name="InnerWidth">Length of the vectors inside the feed-forward layers.</param>
/// <param name="QuickGelu">Whether the activation is the sigmoid approximation; else it is the exact one.</param>
/// <param name="Epsilon">What the normalisations add to the variance.</param>
/// <param name="Causal">Whether no token sees those after it, as in texts.</param>
internal sealed record ClipLayerOptions(int Heads, int InnerWidth, bool QuickGelu, float Epsilon, bool Causal);

/// <summary>The transformer layer of CLIP's text and image encoders (Radford et al. 2021, section 2.4).</summary>
internal static class ClipLayer
{
    /// <param name="m">The layer.</param>
    /// <param name="x">(B, N, C).</param>
    /// <param name="options">Its set-up.</param>
    public static GraphValue EncodeByClip(this Module m, GraphValue x, ClipLayerOptions options)
    {
        var h = m["layer_norm1"].LayerNorm(x, options.Epsilon);
        var attention = m["self_attn"];
        var mixed = Attention.DotProduct(
            attention["q_proj"].Linear(h, h.Width), attention["k_proj"].Linear(h, h.Width), attention["v_proj"].Linear(h, h.Width), options.Heads, options.Causal);
        var kernels = m.Graph.Kernels;
        (x, h) = kernels.AddLinearNorm(attention["out_proj"], mixed, x, m["layer_norm2"], options.Epsilon);

        h = m["mlp"]["fc1"].Linear(h, options.InnerWidth);
        return kernels.AddLinear(m["mlp"]["fc2"], options.QuickGelu ? h.QuickGelu() : h.Gelu(), x);
    }
}

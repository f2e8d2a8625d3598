namespace DiffusionHub.Inference.Graphs.Modules;

/// <summary>What the layers of one vision transformer have in common.</summary>
/// <param name="Heads">Attention heads.</param>
/// <param name="InnerWidth">Length of the vectors inside the feed-forward layers.</param>
/// <param name="AttentionBias">Whether queries, keys and values have a bias.</param>
/// <param name="Epsilon">What the normalisations add to the variance.</param>
internal sealed record VisionLayerOptions(int Heads, int InnerWidth, bool AttentionBias, float Epsilon);

/// <summary>The layer of a vision transformer (Dosovitskiy et al. 2021, section 3.1) under the names of transformers' files.</summary>
internal static class VisionLayer
{
    /// <param name="m">The layer.</param>
    /// <param name="x">(B, N, C).</param>
    /// <param name="options">Its set-up.</param>
    public static GraphValue EncodeByVision(this Module m, GraphValue x, VisionLayerOptions options)
    {
        var attention = m["attention"]["attention"];
        var h = m["layernorm_before"].LayerNorm(x, options.Epsilon);
        var mixed = Attention.DotProduct(Project("query"), Project("key"), Project("value"), options.Heads, causal: false);
        x += m["attention"]["output"]["dense"].Linear(mixed, x.Width);
        h = m["intermediate"]["dense"].Linear(m["layernorm_after"].LayerNorm(x, options.Epsilon), options.InnerWidth);
        return x + m["output"]["dense"].Linear(h.Gelu(), x.Width);

        GraphValue Project(string name) => attention[name].Linear(h, h.Width, options.AttentionBias);
    }
}

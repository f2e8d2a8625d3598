namespace DiffusionHub.Inference.Graphs.Modules;

/// <summary>Attention of a picture's pixels to one another, as in the first diffusion models (Ho et al. 2020, appendix B) and autoencoders.</summary>
internal static class PixelAttention
{
    /// <param name="m">The layer.</param>
    /// <param name="x">(B, C, H, W).</param>
    /// <param name="heads">Attention heads.</param>
    /// <param name="norm">The normalisation before it, or null.</param>
    public static GraphValue AttendPixels(this Module m, GraphValue x, long heads, Norm? norm)
    {
        var tokens = (norm is null ? x : m["group_norm"].GroupNorm(x, norm.Groups, norm.Epsilon)).ToTokens();
        var mixed = m.Has("query.weight") ? m.AttendByFormerNames(tokens, heads) : m.Attend(tokens, tokens, heads, bias: true);
        return x + mixed.ToPicture(x);
    }

    // Files written before 2023 have other names for the same four layers.
    private static GraphValue AttendByFormerNames(this Module m, GraphValue x, long heads)
    {
        var mixed = Attention.DotProduct(m["query"].Linear(x, x.Width), m["key"].Linear(x, x.Width), m["value"].Linear(x, x.Width), heads, causal: false);
        return m["proj_attn"].Linear(mixed, x.Width);
    }
}

namespace DiffusionHub.Inference.Graphs.Modules;

/// <summary>How a model's group normalisations are set up.</summary>
internal sealed record Norm(int Groups, float Epsilon);

/// <summary>The residual block of diffusion models (Ho et al. 2020, appendix B).</summary>
internal static class ResnetBlock
{
    /// <param name="m">The block.</param>
    /// <param name="x">(B, C, H, W).</param>
    /// <param name="time">The activated embedding of the noise level, (B, D); null in autoencoders.</param>
    /// <param name="width">Channels of the result.</param>
    /// <param name="norm">Its normalisations.</param>
    public static GraphValue Resnet(this Module m, GraphValue x, GraphValue? time, long width, Norm norm)
    {
        var h = m["conv1"].Conv(m["norm1"].GroupNorm(x, norm.Groups, norm.Epsilon).Silu(), width);
        if (time is { } embedding)
        {
            h += m["time_emb_proj"].Linear(embedding, width).OverPixels();
        }

        h = m["conv2"].Conv(m["norm2"].GroupNorm(h, norm.Groups, norm.Epsilon).Silu(), width);
        return (x.Width == width ? x : m["conv_shortcut"].Conv(x, width, kernel: 1)) + h;
    }
}

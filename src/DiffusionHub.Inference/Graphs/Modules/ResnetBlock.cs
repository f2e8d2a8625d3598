namespace DiffusionHub.Inference.Graphs.Modules;

/// <summary>How a model's group normalisations are set up.</summary>
/// <param name="Groups">Groups of channels.</param>
/// <param name="Epsilon">What is added to the variance.</param>
/// <param name="Adaptive">Whether the embedding of the noise level scales and shifts a residual block's second one (Dhariwal and Nichol 2021, section 3.1); else it is added before.</param>
internal sealed record Norm(int Groups, float Epsilon, bool Adaptive = false);

/// <summary>The residual block of diffusion models (Ho et al. 2020, appendix B).</summary>
internal static class ResnetBlock
{
    /// <param name="m">The block.</param>
    /// <param name="x">(B, C, H, W).</param>
    /// <param name="time">The activated embedding of the noise level, (B, D); null in autoencoders.</param>
    /// <param name="width">Channels of the result.</param>
    /// <param name="norm">Its normalisations.</param>
    /// <param name="resample">What halves or doubles the size before the first convolution and beside the block; null where the size stays.</param>
    public static GraphValue Resnet(this Module m, GraphValue x, GraphValue? time, long width, Norm norm, Func<GraphValue, GraphValue>? resample = null)
    {
        var h = m["norm1"].GroupNorm(x, norm.Groups, norm.Epsilon, silu: true);
        if (resample is not null)
        {
            (x, h) = (resample(x), resample(h));
        }

        h = m["conv1"].Conv(h, width);
        h = time is { } embedding ? m.WithTime(h, embedding, norm) : m["norm2"].GroupNorm(h, norm.Groups, norm.Epsilon, silu: true);
        h = m["conv2"].Conv(h, width);
        return (x.Width == width ? x : m["conv_shortcut"].Conv(x, width, kernel: 1)) + h;
    }

    private static GraphValue WithTime(this Module m, GraphValue h, GraphValue time, Norm norm)
    {
        if (!norm.Adaptive)
        {
            return m.Graph.Kernels.ShiftedGroupNorm(m["norm2"], h, m["time_emb_proj"].Linear(time, h.Width), norm.Groups, norm.Epsilon, silu: true);
        }

        var (scale, shift) = m.Graph.Halves(m["time_emb_proj"].Linear(time, 2 * h.Width));
        h = m["norm2"].GroupNorm(h, norm.Groups, norm.Epsilon);
        return ((h * (scale + m.Graph.Constant([1f])).OverPixels()) + shift.OverPixels()).Silu();
    }
}

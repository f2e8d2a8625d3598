namespace DiffusionHub.Sampling.Schedules;

/// <summary>
/// The noising process a network was trained on: ᾱₜ for t = 0 … T−1. Kept in float32 all the way, as the original libraries do: the
/// cumulative product's rounding is part of the published numbers.
/// </summary>
public sealed class TrainingProcess
{
    private readonly float[] alphaBars;

    private TrainingProcess(float[] alphaBars) => this.alphaBars = alphaBars;

    /// <summary>ᾱₜ, falling.</summary>
    public ReadOnlySpan<float> AlphaBars => alphaBars;

    /// <summary>Number of training timesteps T.</summary>
    public int Length => alphaBars.Length;

    /// <summary>Betas whose square roots are evenly spaced ("scaled_linear"): Stable Diffusion's process.</summary>
    /// <param name="start">First β.</param>
    /// <param name="end">Last β.</param>
    /// <param name="length">Number of training timesteps.</param>
    /// <param name="zeroTerminalSnr">Rescale so that the last timestep holds no picture at all.</param>
    public static TrainingProcess ScaledLinear(float start, float end, int length, bool zeroTerminalSnr)
    {
        var betas = Spacing.Linear((float)Math.Sqrt(start), (float)Math.Sqrt(end), length);
        for (var i = 0; i < length; i++)
        {
            betas[i] *= betas[i];
        }

        if (zeroTerminalSnr)
        {
            RescaleToZeroSnr(betas);
        }

        return new TrainingProcess(Cumulative(betas));
    }

    /// <summary>The level at whole timestep <paramref name="t"/> in DDPM's form.</summary>
    public NoiseLevel At(int t) => Level(alphaBars[t], t);

    /// <summary>The level of a given ᾱ in DDPM's form.</summary>
    public static NoiseLevel Level(float alphaBar, int t) => new(MathF.Sqrt(alphaBar), MathF.Sqrt(1 - alphaBar), t);

    private static float[] Cumulative(float[] betas)
    {
        var result = new float[betas.Length];
        var product = 1f;
        for (var i = 0; i < betas.Length; i++)
        {
            product *= 1 - betas[i];
            result[i] = product;
        }

        return result;
    }

    // Lin et al., "Common Diffusion Noise Schedules and Sample Steps are Flawed" (2023), algorithm 1: √ᾱ is shifted and stretched so
    // that the first stays and the last becomes 0; then back to betas.
    private static void RescaleToZeroSnr(float[] betas)
    {
        var roots = Cumulative(betas);
        for (var i = 0; i < roots.Length; i++)
        {
            roots[i] = MathF.Sqrt(roots[i]);
        }

        var (first, last) = (roots[0], roots[^1]);
        for (var i = 0; i < roots.Length; i++)
        {
            roots[i] = (roots[i] - last) * (first / (first - last));
        }

        var previous = 1f;
        for (var i = 0; i < roots.Length; i++)
        {
            var bar = roots[i] * roots[i];
            betas[i] = 1 - (i == 0 ? bar : bar / previous);
            previous = bar;
        }
    }
}

namespace DiffusionHub.Sampling.Schedules;

/// <summary>The variances β₁ … β_T that a network's training added step by step, in float32 as the original libraries keep them.</summary>
public static class BetaSchedule
{
    /// <summary>Evenly spaced (Ho et al. 2020).</summary>
    public static float[] Linear(double start, double end, int length) => Spacing.Linear((float)start, (float)end, length);

    /// <summary>Square roots evenly spaced: latent diffusion's "scaled_linear" (Rombach et al. 2022).</summary>
    public static float[] ScaledLinear(double start, double end, int length)
    {
        var betas = Spacing.Linear((float)Math.Sqrt(start), (float)Math.Sqrt(end), length);
        for (var i = 0; i < length; i++)
        {
            betas[i] *= betas[i];
        }

        return betas;
    }

    /// <summary>From ᾱ(t) = cos²((t + 0.008)/1.008·π/2), each β at most 0.999 (Nichol and Dhariwal 2021, equation 17): "squaredcos_cap_v2".</summary>
    public static float[] SquaredCosine(int length) => FromAlphaBar(length, t => Math.Pow(Math.Cos((t + 0.008) / 1.008 * Math.PI / 2), 2));

    /// <summary>From ᾱ(t) = exp(−12·t): "exp" of Heun's scheduler in diffusers.</summary>
    public static float[] Exponential(int length) => FromAlphaBar(length, t => Math.Exp(t * -12));

    /// <summary>From log-SNR spread as Laplace's distribution (Hang et al. 2024, "Improved Noise Schedule for Diffusion Training"), as diffusers' DDPM reads it: "laplace".</summary>
    public static float[] Laplace(int length) => FromAlphaBar(length, t =>
    {
        var logSnr = -0.5 * (t <= 0.5 ? 1 : -1) * Math.Log(1 - (2 * Math.Abs(0.5 - t)) + 1e-6);
        var snr = Math.Exp(logSnr);
        return Math.Sqrt(snr / (1 + snr));
    });

    /// <summary>The logistic function from −6 to 6 between the two ends (GeoDiff, Xu et al. 2022): "sigmoid".</summary>
    public static float[] Sigmoid(double start, double end, int length)
    {
        var betas = Spacing.Linear(-6, 6, length);
        for (var i = 0; i < length; i++)
        {
            betas[i] = ((1 / (1 + MathF.Exp(-betas[i]))) * (float)(end - start)) + (float)start;
        }

        return betas;
    }

    /// <summary>
    /// Changes <paramref name="betas"/> so that the last timestep holds no picture at all: √ᾱ is shifted and stretched so that the first
    /// stays and the last becomes 0. Lin et al., "Common Diffusion Noise Schedules and Sample Steps are Flawed" (2023), algorithm 1.
    /// </summary>
    public static void RescaleToZeroSnr(Span<float> betas)
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

    /// <summary>ᾱₜ, the running product of the float32 1 − β: kept in float64, each value rounded to float32, as <c>torch.cumprod</c> does.</summary>
    public static float[] Cumulative(ReadOnlySpan<float> betas)
    {
        var result = new float[betas.Length];
        var product = 1.0;
        for (var i = 0; i < betas.Length; i++)
        {
            product *= 1 - betas[i];
            result[i] = (float)product;
        }

        return result;
    }

    private static float[] FromAlphaBar(int length, Func<double, double> alphaBar)
    {
        var betas = new float[length];
        for (var i = 0; i < length; i++)
        {
            betas[i] = (float)Math.Min(1 - (alphaBar((i + 1.0) / length) / alphaBar((double)i / length)), 0.999);
        }

        return betas;
    }
}

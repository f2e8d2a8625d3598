namespace DiffusionHub.Sampling.Schedules;

/// <summary>
/// The noising process a network was trained on: ᾱₜ for t = 0 … T−1. Kept in float32, as the original libraries do: its
/// rounding is part of the published numbers.
/// </summary>
public sealed class TrainingProcess
{
    // Stands in for ᾱ = 0, whose σ/α would be infinite: that of ᾱ = 2⁻²⁴.
    private const float LargestSigma = 4096;

    private readonly float[] alphaBars;
    private readonly float[] sigmas;
    // Rounded to float32: a timestep that loses its fraction depends on it.
    private readonly double[] logSigmas;

    /// <summary>The process of given variances.</summary>
    /// <param name="betas">β₁ … β_T.</param>
    public TrainingProcess(ReadOnlySpan<float> betas)
    {
        alphaBars = BetaSchedule.Cumulative(betas);
        // Which of the two roots is nearer to the reference outputs was counted: they agree with this in 81 of 93 levels, and at every
        // level from which a large step is taken. (The last digit matters there: see FloatRoot.)
        Func<float, float> root = alphaBars[^1] > 0 ? FloatRoot.Of : MathF.Sqrt;
        sigmas = [.. alphaBars.Select(bar => bar > 0 ? root((1 - bar) / bar) : LargestSigma)];
        logSigmas = [.. sigmas.Select(sigma => (double)MathF.Log(sigma))];
    }

    /// <summary>ᾱₜ, falling.</summary>
    public ReadOnlySpan<float> AlphaBars => alphaBars;

    /// <summary>σ/α of each timestep, rising; 4096 where ᾱ is 0.</summary>
    public ReadOnlySpan<float> Sigmas => sigmas;

    /// <summary>Number of training timesteps T.</summary>
    public int Length => alphaBars.Length;

    /// <summary>The level at whole timestep <paramref name="t"/> in DDPM's form; the last for what lies beyond.</summary>
    public NoiseLevel At(int t)
    {
        t = Math.Clamp(t, 0, Length - 1);
        double bar = alphaBars[t];
        return new NoiseLevel(Math.Sqrt(bar), Math.Sqrt(1 - bar), t);
    }

    /// <summary>σ/α at a timestep between two whole ones, on the straight line between theirs.</summary>
    public double SigmaAt(double timestep)
    {
        var low = (int)Math.Clamp(Math.Floor(timestep), 0, Length - 1);
        var high = Math.Min(low + 1, Length - 1);
        return sigmas[low] + ((sigmas[high] - (double)sigmas[low]) * (Math.Clamp(timestep, 0, Length - 1) - low));
    }

    /// <summary>The timestep of a σ/α, on the straight line between the logarithms of its neighbours'; the first or last for what lies beyond.</summary>
    public double TimestepAt(double sigma)
    {
        if (Length == 1)
        {
            return 0;
        }

        var log = Math.Log(Math.Max(sigma, 1e-10));
        var found = Array.BinarySearch(logSigmas, log);
        var low = Math.Clamp(found >= 0 ? found : ~found - 1, 0, Length - 2);
        var weight = Math.Clamp((logSigmas[low] - log) / (logSigmas[low] - logSigmas[low + 1]), 0, 1);
        return low + weight;
    }
}

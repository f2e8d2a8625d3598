namespace DiffusionHub.Sampling.Schedules;

/// <summary>
/// The levels of iPNDM as v-diffusion uses them (Crowson, "v-diffusion-pytorch", 2022): σ = sin²(πu/2) and α = √(1 − σ²) for u falling
/// evenly from 1 to 0; the network is told 2/π·atan2(σ, α).
/// </summary>
/// <param name="length">Number of training timesteps: the most steps.</param>
/// <param name="trainedSigmas">Takes the place of the σ, last one included; null: those above.</param>
public sealed class IpndmSchedule(int length, IReadOnlyList<double>? trainedSigmas = null) : ISigmaSchedule
{
    /// <inheritdoc/>
    public int Length => length;

    /// <inheritdoc/>
    public int MostSteps => trainedSigmas is null ? length : trainedSigmas.Count - 1;

    /// <inheritdoc/>
    public SamplingPlan Plan(int steps, int skip = 0)
    {
        StepLimits.Check(steps, skip, MostSteps);
        SamplingStep[] plan = [.. Enumerable.Range(0, steps).Select(i => new SamplingStep(Level(Sigma(i, steps)), Level(Sigma(i + 1, steps))))];
        return new SamplingPlan(plan, 1, new ContinuousLevels(Level, t => Level(Math.Sin(t * Math.PI / 2)))).Skip(skip);
    }

    private double Sigma(int i, int steps) =>
        trainedSigmas is not null ? trainedSigmas[i] : Math.Pow(Math.Sin((1 - ((double)i / steps)) * Math.PI / 2), 2);

    private static NoiseLevel Level(double sigma)
    {
        var alpha = Math.Sqrt(1 - (sigma * sigma));
        return new NoiseLevel(alpha, sigma, (float)(Math.Atan2(sigma, alpha) / Math.PI * 2));
    }
}

using DiffusionHub.Sampling.Curves;

namespace DiffusionHub.Sampling.Schedules;

/// <summary>The levels of Karras et al. 2022 without a discrete training process: a curve between two σ; the network is told ¼·ln σ (table 1).</summary>
/// <param name="length">Number of training levels: the most steps.</param>
/// <param name="sigmaMin">Lowest σ that the network is asked at.</param>
/// <param name="sigmaMax">Highest.</param>
/// <param name="curve">The curve.</param>
/// <param name="endsClean">True: the last step ends at σ = 0; false: at the lowest σ.</param>
/// <param name="maxOrder">Highest order of step i of n.</param>
public sealed class EdmSchedule(int length, double sigmaMin, double sigmaMax, ISigmaCurve curve, bool endsClean, Func<int, int, int>? maxOrder = null) : ISigmaSchedule
{
    /// <inheritdoc/>
    public int Length => length;

    /// <inheritdoc/>
    public SamplingPlan Plan(int steps, int skip = 0)
    {
        StepLimits.Check(steps, skip, Length);
        NoiseLevel[] ladder =
        [
            // float32, as the originals keep them.
            .. curve.Sigmas(steps, sigmaMax, sigmaMin).Select(sigma => Level((float)sigma)),
            endsClean ? NoiseLevel.Clean : Level((float)sigmaMin),
        ];
        SamplingStep[] plan = [.. Enumerable.Range(0, steps).Select(i => new SamplingStep(ladder[i], ladder[i + 1], maxOrder?.Invoke(i, steps) ?? int.MaxValue))];
        return new SamplingPlan(plan, Math.Sqrt((sigmaMax * sigmaMax) + 1), new ContinuousLevels(Level, t => Level(Math.Exp(4 * t)))).Skip(skip);
    }

    private static NoiseLevel Level(double sigma) => new(1, sigma, (float)(0.25 * Math.Log(sigma)));
}

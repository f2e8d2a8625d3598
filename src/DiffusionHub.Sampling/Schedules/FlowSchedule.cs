using DiffusionHub.Sampling.Curves;

namespace DiffusionHub.Sampling.Schedules;

/// <summary>Flow matching's levels: α = 1 − σ, timestep T·σ (Lipman et al. 2023; Esser et al. 2024).</summary>
/// <param name="length">Number of training timesteps T.</param>
/// <param name="conventions">What the model's original does.</param>
/// <param name="curve">The curve between the highest and lowest σ; null keeps even steps, shifted.</param>
public sealed class FlowSchedule(int length, FlowConventions conventions, ISigmaCurve? curve = null) : ISigmaSchedule
{
    /// <inheritdoc/>
    public int Length => length;

    /// <inheritdoc/>
    public SamplingPlan Plan(int steps, int skip = 0)
    {
        StepLimits.Check(steps, skip, Length);
        var sigmas = conventions.Even(steps, length);
        for (var i = 0; i < steps; i++)
        {
            sigmas[i] = conventions.Shift(sigmas[i]);
        }

        if (conventions.Terminal is { } terminal)
        {
            FlowShift.StretchTo(sigmas, terminal);
        }

        sigmas = curve?.Sigmas(steps, sigmas[0], sigmas[^1]) ?? sigmas;
        // A network that works with ratios α/σ cannot be asked at α = 0.
        if (conventions.BelowOne && Math.Abs(sigmas[0] - 1) < FlowConventions.Margin)
        {
            sigmas[0] -= FlowConventions.Margin;
        }

        var ladder = new NoiseLevel[steps + 1];
        for (var i = 0; i < steps; i++)
        {
            // float32, as the originals keep them.
            ladder[i] = Level((float)sigmas[i], conventions.WholeTimesteps ? Math.Floor(sigmas[i] * length) : (float)sigmas[i] * (double)length);
        }

        ladder[steps] = conventions.End is { } end ? Level((float)end, 0) : ladder[steps - 1];
        SamplingStep[] plan = [.. Enumerable.Range(0, steps).Select(i => new SamplingStep(ladder[i], ladder[i + 1], conventions.MaxOrder(i, steps)))];
        return new SamplingPlan(plan, 1, new ContinuousLevels(sigma => Level(sigma, sigma * length), t => Level(t / length, t))).Skip(skip);
    }

    private NoiseLevel Level(double sigma, double timestep) => new(1 - sigma, sigma, (float)(conventions.Inverted ? length - timestep : timestep));
}

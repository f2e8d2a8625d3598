using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Guidance;

/// <summary>
/// Any scale for each step of a plan: rising, falling or perturbed at will (Wang et al., "Analysis of Classifier-Free Guidance Weight
/// Schedulers", 2024, compares such tables). A call belongs to a step by its noise level.
/// </summary>
public sealed class ScaleTable : IGuidanceScale
{
    private readonly SamplingPlan plan;
    private readonly double[] scales;

    /// <summary>The scales of a plan's steps.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="scales">Scale of the first step, the second, …; the last holds for all steps that follow.</param>
    /// <exception cref="ArgumentException">There is no scale, or one is not a number.</exception>
    public ScaleTable(SamplingPlan plan, params IReadOnlyList<double> scales)
    {
        if (scales.Count == 0 || scales.Any(scale => !double.IsFinite(scale)))
        {
            throw new ArgumentException("A table of guidance scales needs at least one, and all of them must be finite.", nameof(scales));
        }

        (this.plan, this.scales) = (plan, [.. scales]);
    }

    /// <inheritdoc/>
    public double At(in NoiseLevel level) => scales[Math.Min(plan.StepAt(level), scales.Length - 1)];
}

using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>Counts model calls of the methods that make two a step, except where the step ends at σ = 0.</summary>
internal struct Calls(SamplingPlan plan, StepCallback? afterCall)
{
    private readonly int all = Of(plan);
    private int done;

    /// <summary>Calls in all.</summary>
    public static int Of(SamplingPlan plan) => plan.Steps.Count + plan.Steps.Count(step => step.To.Sigma > 0);

    public void Report(in NoiseLevel level, Span<float> x, ReadOnlySpan<float> x0) => afterCall?.Invoke(new StepReport(++done, all, level), x, x0);
}

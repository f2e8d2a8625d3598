using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>Heun's method on dx/dσ = (x − x₀)/σ: Karras et al. 2022, algorithm 2. Two calls a step: the slopes at both ends are averaged.</summary>
/// <param name="churn">Noise added before the steps, S_churn.</param>
public sealed class Heun(Churn? churn = null) : ISampler
{
    /// <inheritdoc/>
    public int ModelCalls(SamplingPlan plan) => Calls.Of(plan);

    /// <inheritdoc/>
    public void Sample(IDenoiser denoiser, SamplingPlan plan, IStepNoise noise, Span<float> x, StepCallback? afterCall, CancellationToken cancellation)
    {
        var x0 = new float[x.Length];
        var start = new float[x.Length];
        var slope = new float[x.Length];
        var second = new float[x.Length];
        var calls = new Calls(plan, afterCall);
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (from, to) = plan.Steps[i];
            from = churn?.Apply(from, plan, noise, second, x) ?? from;
            x.CopyTo(start);
            denoiser.Denoise(x, from, x0);
            Slope.Of(x, x0, from.Sigma, slope);
            Combination.Add(x, to.Sigma - from.Sigma, slope);
            calls.Report(to.Sigma > 0 ? to : plan.After(i), x, x0);
            if (to.Sigma == 0)
            {
                continue;
            }

            denoiser.Denoise(x, to, x0);
            Slope.Of(x, x0, to.Sigma, second);
            Combination.Of(slope, 0.5, slope, 0.5, second);
            Combination.Of(x, 1, start, to.Sigma - from.Sigma, slope);
            calls.Report(plan.After(i), x, x0);
        }
    }
}

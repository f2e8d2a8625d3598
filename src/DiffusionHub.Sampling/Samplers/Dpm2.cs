using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>"DPM2": the midpoint method on dx/dσ = (x − x₀)/σ with the midpoint in ln σ (Lu et al., "DPM-Solver", 2022, algorithm 1, in the σ of Karras et al. 2022).</summary>
/// <param name="churn">Noise added before the steps, S_churn.</param>
public sealed class Dpm2(Churn? churn = null) : ISampler
{
    /// <inheritdoc/>
    public int ModelCalls(SamplingPlan plan) => Calls.Of(plan);

    /// <inheritdoc/>
    public void Sample(IDenoiser denoiser, SamplingPlan plan, IStepNoise noise, Span<float> x, StepCallback? afterCall, CancellationToken cancellation)
    {
        var x0 = new float[x.Length];
        var start = new float[x.Length];
        var slope = new float[x.Length];
        var calls = new Calls(plan, afterCall);
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (from, to) = plan.Steps[i];
            from = churn?.Apply(from, plan, noise, slope, x) ?? from;
            x.CopyTo(start);
            denoiser.Denoise(x, from, x0);
            Slope.Of(x, x0, from.Sigma, slope);

            // √(σ·σ'), which is σ' itself where that is 0: then one call is the whole step.
            var middle = plan.Levels.AtSigma(Midpoint.Of(from.Sigma, to.Sigma));
            Combination.Add(x, middle.Sigma - from.Sigma, slope);
            calls.Report(to.Sigma > 0 ? middle : plan.After(i), x, x0);
            if (to.Sigma == 0)
            {
                continue;
            }

            denoiser.Denoise(x, middle, x0);
            Slope.Of(x, x0, middle.Sigma, slope);
            Combination.Of(x, 1, start, to.Sigma - from.Sigma, slope);
            calls.Report(plan.After(i), x, x0);
        }
    }
}

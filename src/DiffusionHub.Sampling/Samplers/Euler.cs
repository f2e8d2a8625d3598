using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>
/// Euler's method on dx/dσ = (x − x₀)/σ: Karras et al., "Elucidating the Design Space of Diffusion-Based Generative Models" (2022),
/// algorithm 2 without the correction. The equation is the same for k-diffusion's states (α = 1) and flow matching's (α = 1 − σ).
/// </summary>
/// <param name="churn">Noise added before the steps, S_churn.</param>
public sealed class Euler(Churn? churn = null) : ISampler
{
    /// <inheritdoc/>
    public void Sample(IDenoiser denoiser, SamplingPlan plan, IStepNoise noise, Span<float> x, StepCallback? afterCall, CancellationToken cancellation)
    {
        var x0 = new float[x.Length];
        var slope = new float[x.Length];
        var fresh = new float[churn is null ? 0 : x.Length];
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (from, to) = plan.Steps[i];
            from = churn?.Apply(from, plan, noise, fresh, x) ?? from;
            denoiser.Denoise(x, from, x0);

            Slope.Of(x, x0, from.Sigma, slope);
            Combination.Add(x, to.Sigma - from.Sigma, slope);
            afterCall?.Invoke(new StepReport(i + 1, plan.Steps.Count, plan.After(i)), x, x0);
        }
    }
}

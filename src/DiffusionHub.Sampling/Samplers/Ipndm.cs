using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>
/// "iPNDM": Zhang and Chen, "Fast Sampling of Diffusion Models with Exponential Integrator" (2023), section 4: DDIM's step with Adams and
/// Bashforth's mean of the noise estimates, from the first step on, so one call a step.
/// </summary>
public sealed class Ipndm : ISampler
{
    // Stands in for α = 0, where x − σ·ε is 0 too.
    private const double SmallestAlpha = 1e-8;

    /// <inheritdoc/>
    public void Sample(IDenoiser denoiser, SamplingPlan plan, IStepNoise noise, Span<float> x, StepCallback? afterCall, CancellationToken cancellation)
    {
        var x0 = new float[x.Length];
        var mean = new float[x.Length];
        var estimates = new History(AdamsBashforth.Longest, x.Length);
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (from, to) = plan.Steps[i];
            denoiser.Denoise(x, from, x0);
            Combination.Of(estimates.Add(), 1 / from.Sigma, x, -from.Alpha / from.Sigma, x0);
            AdamsBashforth.Combine(estimates, mean);

            // x' = α'·(x − σ·ε)/α + σ'·ε.
            Combination.Of(x, 1, x, -from.Sigma, mean);
            Combination.Of(x, to.Alpha / Math.Max(from.Alpha, SmallestAlpha), x, to.Sigma, mean);
            afterCall?.Invoke(new StepReport(i + 1, plan.Steps.Count, plan.After(i)), x, x0);
        }
    }
}

using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>
/// Song et al., "Consistency Models" (2023), algorithm 1: every estimate is a picture; to go on, noise of the next level is put on it
/// anew. "LCM" (Luo et al., "Latent Consistency Models", 2023) and stochastic flow matching sample so.
/// </summary>
public sealed class ConsistencySampler : ISampler
{
    /// <inheritdoc/>
    public void Sample(IDenoiser denoiser, SamplingPlan plan, IStepNoise noise, Span<float> x, StepCallback? afterCall, CancellationToken cancellation)
    {
        var x0 = new float[x.Length];
        var fresh = new float[x.Length];
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (from, to) = plan.Steps[i];
            denoiser.Denoise(x, from, x0);
            if (to.Sigma > 0)
            {
                noise.Fill(from.Sigma / from.Alpha, to.Sigma / to.Alpha, fresh);
            }

            Combination.Of(x, to.Alpha, x0, to.Sigma, fresh);
            afterCall?.Invoke(new StepReport(i + 1, plan.Steps.Count, plan.After(i)), x, x0);
        }
    }
}

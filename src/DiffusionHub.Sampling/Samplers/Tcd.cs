using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>
/// "TCD": Zheng et al., "Trajectory Consistency Distillation" (2024), algorithm 4 (strategic stochastic sampling): down past the next level
/// to that of timestep s = (1 − γ)·t', then up to it with fresh noise.
/// </summary>
/// <param name="eta">γ: 0 adds no noise, 1 goes down to the picture each time.</param>
public sealed class Tcd(double eta = 0.3) : ISampler
{
    /// <inheritdoc/>
    public void Sample(IDenoiser denoiser, SamplingPlan plan, IStepNoise noise, Span<float> x, StepCallback? afterCall, CancellationToken cancellation)
    {
        var x0 = new float[x.Length];
        var fresh = new float[eta > 0 ? x.Length : 0];
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (from, to) = plan.Steps[i];
            denoiser.Denoise(x, from, x0);

            var low = plan.Levels.AtTimestep(Math.Floor((1 - eta) * to.Timestep));
            var kept = low.Sigma / from.Sigma;
            Combination.Of(x, kept, x, low.Alpha - (kept * from.Alpha), x0);
            if (eta > 0 && i < plan.Steps.Count - 1)
            {
                var ratio = to.Alpha / low.Alpha;
                noise.Fill(from.Sigma / from.Alpha, to.Sigma / to.Alpha, fresh);
                Combination.Of(x, ratio, x, Math.Sqrt(1 - (ratio * ratio)), fresh);
            }

            afterCall?.Invoke(new StepReport(i + 1, plan.Steps.Count, plan.After(i)), x, x0);
        }
    }
}

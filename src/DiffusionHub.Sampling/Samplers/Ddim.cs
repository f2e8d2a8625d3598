using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>
/// Song et al., "Denoising Diffusion Implicit Models" (2020), equation 12: keep the estimated noise, put it on the estimated picture at
/// the next level, and replace a part η of it by fresh noise. Exact at α = 0, since it only divides by σ.
/// </summary>
/// <param name="eta">η: 0 adds no noise, 1 as much as DDPM.</param>
/// <param name="limit">Bounds the estimated picture but, as in the original, not the estimated noise; null: no bound.</param>
public sealed class Ddim(double eta = 0, IEstimateLimit? limit = null) : ISampler
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

            // Equation 16: σ_τ = η·√(σ'²/σ²·(1 − ᾱ/ᾱ')).
            var added = eta * to.Sigma / from.Sigma * Math.Sqrt(Math.Max(0, 1 - Math.Pow(from.Alpha / to.Alpha, 2)));
            var kept = Math.Sqrt(Math.Max(0, (to.Sigma * to.Sigma) - (added * added)));

            // x ← α'·x₀ + kept·ε with ε = (x − α·x₀)/σ.
            Combination.Of(x, kept / from.Sigma, x, -kept * from.Alpha / from.Sigma, x0);
            limit?.Apply(x0);
            Combination.Add(x, to.Alpha, x0);
            if (eta > 0)
            {
                noise.Fill(from.Sigma / from.Alpha, to.Sigma / to.Alpha, fresh);
                Combination.Add(x, added, fresh);
            }

            afterCall?.Invoke(new StepReport(i + 1, plan.Steps.Count, plan.After(i)), x, x0);
        }
    }
}

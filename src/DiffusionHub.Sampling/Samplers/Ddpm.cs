using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>Ho et al., "Denoising Diffusion Probabilistic Models" (2020), algorithm 2: the mean of the posterior q(x' | x, x₀) of equation 7, and the plan's fresh noise.</summary>
public sealed class Ddpm : ISampler
{
    /// <inheritdoc/>
    public void Sample(IDenoiser denoiser, SamplingPlan plan, IStepNoise noise, Span<float> x, StepCallback? afterCall, CancellationToken cancellation)
    {
        var x0 = new float[x.Length];
        var fresh = new float[x.Length];
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var step = plan.Steps[i];
            var (from, to) = step;
            denoiser.Denoise(x, from, x0);

            // μ̃ = √ᾱ'·β/(1 − ᾱ)·x₀ + √(ᾱ/ᾱ')·(1 − ᾱ')/(1 − ᾱ)·x with β = 1 − ᾱ/ᾱ'.
            var ratio = from.Alpha / to.Alpha;
            var variance = from.Sigma * from.Sigma;
            Combination.Of(x, ratio * to.Sigma * to.Sigma / variance, x, to.Alpha * (1 - (ratio * ratio)) / variance, x0);
            if (step.Noise > 0)
            {
                noise.Fill(from.Sigma / from.Alpha, to.Sigma / to.Alpha, fresh);
                Combination.Add(x, step.Noise, fresh);
            }

            afterCall?.Invoke(new StepReport(i + 1, plan.Steps.Count, plan.After(i)), x, x0);
        }
    }
}

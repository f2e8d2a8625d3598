using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>Ho et al., "Denoising Diffusion Probabilistic Models" (2020), algorithm 2: the mean of the posterior q(x' | x, x₀) of equation 7, and the plan's fresh noise.</summary>
/// <param name="learned">What the network says of the variance, over a plan whose noise is the smaller bound; null where the plan's noise is all.</param>
public sealed class Ddpm(LearnedVariance? learned = null) : ISampler
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
                Spread(fresh, step.Noise, Math.Sqrt(1 - (ratio * ratio)));
                Combination.Add(x, learned is null ? step.Noise : 1, fresh);
            }

            afterCall?.Invoke(new StepReport(i + 1, plan.Steps.Count, plan.After(i)), x, x0);
        }
    }

    // The logarithm of each element's deviation lies between those of the bounds, where the network says.
    private void Spread(Span<float> fresh, double least, double most)
    {
        if (learned is null)
        {
            return;
        }

        var (low, high) = ((float)Math.Log(least), (float)Math.Log(most));
        for (var i = 0; i < fresh.Length; i++)
        {
            var part = (learned.Values[i] + 1) / 2;
            fresh[i] *= MathF.Exp((part * high) + ((1 - part) * low));
        }
    }
}

using System.Numerics.Tensors;
using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>
/// Song et al., "Denoising Diffusion Implicit Models" (2020), equation 12 without noise (η = 0): keep the estimated noise, put it on
/// the estimated picture at the next level. Exact at α = 0, since it only divides by σ.
/// </summary>
public sealed class Ddim : ISampler
{
    /// <inheritdoc/>
    public void Sample(IDenoiser denoiser, SamplingPlan plan, Span<float> x, StepCallback? afterStep, CancellationToken cancellation)
    {
        var x0 = new float[x.Length];
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (from, to) = plan.Steps[i];
            denoiser.Denoise(x, from, x0);

            // x ← α'·x₀ + σ'·(x − α·x₀)/σ, with the two factors of x₀ kept apart: near the end they differ by orders of magnitude.
            TensorPrimitives.MultiplyAdd(x0, -from.Alpha, x, x);
            TensorPrimitives.Multiply(x, to.Sigma / from.Sigma, x);
            TensorPrimitives.MultiplyAdd(x0, to.Alpha, x, x);
            afterStep?.Invoke(i + 1, plan.Steps.Count, x, x0);
        }
    }
}

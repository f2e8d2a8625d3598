using System.Numerics.Tensors;
using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>
/// Euler's method on the probability-flow equation of Karras et al., "Elucidating the Design Space of Diffusion-Based Generative
/// Models" (2022), algorithm 2 without churn: dx/dσ = (x − x₀)/σ. Needs k-diffusion's levels (α = 1).
/// </summary>
public sealed class Euler : ISampler
{
    /// <inheritdoc/>
    public void Sample(IDenoiser denoiser, SamplingPlan plan, Span<float> x, StepCallback? afterStep, CancellationToken cancellation)
    {
        var x0 = new float[x.Length];
        var slope = new float[x.Length];
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (from, to) = plan.Steps[i];
            denoiser.Denoise(x, from, x0);
            TensorPrimitives.Subtract(x, x0, slope);
            TensorPrimitives.Divide(slope, from.Sigma, slope);
            TensorPrimitives.MultiplyAdd(slope, to.Sigma - from.Sigma, x, x);
            afterStep?.Invoke(i + 1, plan.Steps.Count, x, x0);
        }
    }
}

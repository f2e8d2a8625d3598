using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Guidance;

/// <summary>What is to be small about a clean picture, or its latents.</summary>
public interface IEstimateLoss
{
    /// <summary>∂loss/∂x₀ of a whole batch.</summary>
    void Gradient(ReadOnlySpan<float> x0, Span<float> gradient);
}

/// <summary>The gradient of a network, with whatever guidance its answers are mixed by.</summary>
public interface IPredictorGradient
{
    /// <summary>Σ cotangent·∂prediction/∂input at <paramref name="input"/>, whole batches.</summary>
    void Pull(ReadOnlySpan<float> input, float timestep, ReadOnlySpan<float> cotangent, Span<float> gradient);
}

/// <summary>
/// A likelihood of clean pictures on the model's one-step estimate of them: log p(y | x) ≈ −loss(x̂₀(x)) (Bansal et al., "Universal Guidance for
/// Diffusion Models", 2023, equation 6; Chung et al., "Diffusion Posterior Sampling", 2023, section 3.2), with its exact gradient through the network.
/// </summary>
/// <remarks>Bounds on the estimate (clipping, thresholds) are passed as if they were not there.</remarks>
/// <param name="denoiser">Makes a network's denoiser, such as <see cref="Schedulers.SamplingRecipe.Denoiser"/>.</param>
/// <param name="network">The network's gradient.</param>
/// <param name="loss">The loss.</param>
public sealed class EstimateLikelihood(Func<IPredictor, IDenoiser> denoiser, IPredictorGradient network, IEstimateLoss loss) : IStateLikelihood
{
    private readonly EstimateFactors factors = new(denoiser);
    private float[] ofEstimate = [];
    private float[] input = [];

    /// <inheritdoc/>
    public void Gradient(ReadOnlySpan<float> x, in NoiseLevel level, ReadOnlySpan<float> x0, Span<float> gradient)
    {
        if (input.Length != x.Length)
        {
            (input, ofEstimate) = (new float[x.Length], new float[x.Length]);
        }

        // x̂₀ = a·x + b·m(c·x): the gradient is a·v + b·c·Jᵀv with v that of the estimate.
        var (ofState, ofPrediction, ofInput) = factors.At(level);
        loss.Gradient(x0, ofEstimate);
        Combination.Of(input, ofInput, x, 0, x);
        network.Pull(input, level.Timestep, ofEstimate, gradient);
        Combination.Of(gradient, -ofState, ofEstimate, -ofPrediction * ofInput, gradient);
    }
}

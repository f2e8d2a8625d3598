using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Guidance;

/// <summary>
/// Dhariwal and Nichol, "Diffusion Models Beat GANs on Image Synthesis" (2021), section 4: samples of p(x)·p(y | x)ˢ, by a network that tells y.
/// </summary>
/// <remarks>
/// For a state x = α·x₀ + σ·n the best estimate is x₀ = (x + σ²·∇ log p(x))/α (Tweedie's formula), so another factor of the density adds
/// (σ²/α)·s·∇ log p(y | x) to it. In the noise ε = (x − α·x₀)/σ that is ε − s·σ·∇ log p(y | x), which is the paper's algorithm 2 with
/// σ = √(1 − ᾱ); as a change of the estimate it serves every sampler.
/// </remarks>
/// <param name="inner">The model.</param>
/// <param name="likelihood">What is wanted.</param>
/// <param name="scale">s; 0: the model alone.</param>
public sealed class ClassifierGuidance(IDenoiser inner, IStateLikelihood likelihood, double scale) : IDenoiser
{
    private float[] gradient = [];

    /// <inheritdoc/>
    public void Denoise(ReadOnlySpan<float> x, in NoiseLevel level, Span<float> x0)
    {
        inner.Denoise(x, level, x0);

        // Where there is no noise left nothing can be changed; where there is no picture in x, x says nothing of y.
        if (scale == 0 || level.Sigma == 0 || level.Alpha == 0)
        {
            return;
        }

        if (gradient.Length != x.Length)
        {
            gradient = new float[x.Length];
        }

        likelihood.Gradient(x, level, x0, gradient);
        Combination.Add(x0, scale * level.Sigma * level.Sigma / level.Alpha, gradient);
    }
}

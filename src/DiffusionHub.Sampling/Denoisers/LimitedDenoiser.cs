using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Denoisers;

/// <summary>Keeps another denoiser's estimates within bounds.</summary>
/// <param name="inner">The other.</param>
/// <param name="limit">The bounds.</param>
public sealed class LimitedDenoiser(IDenoiser inner, IEstimateLimit limit) : IDenoiser
{
    /// <inheritdoc/>
    public void Denoise(ReadOnlySpan<float> x, in NoiseLevel level, Span<float> x0)
    {
        inner.Denoise(x, level, x0);
        limit.Apply(x0);
    }
}

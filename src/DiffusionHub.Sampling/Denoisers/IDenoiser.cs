using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Denoisers;

/// <summary>The best guess of the clean picture behind a noisy state: all that a sampler needs to know of a model.</summary>
public interface IDenoiser
{
    /// <summary>Estimates x₀ from <paramref name="x"/> = α·x₀ + σ·n at <paramref name="level"/>. The spans have one length and do not overlap.</summary>
    void Denoise(ReadOnlySpan<float> x, in NoiseLevel level, Span<float> x0);
}

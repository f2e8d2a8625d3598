using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Inversion;

/// <summary>A network's estimate of the noise in a state, guidance included.</summary>
public interface INoiseEstimator
{
    /// <summary>Estimates n from <paramref name="x"/> = α·x₀ + σ·n at <paramref name="level"/>. The same for the same input each time, or nothing can be inverted.</summary>
    void Estimate(ReadOnlySpan<double> x, in NoiseLevel level, Span<double> noise);
}

/// <summary>An estimate of the noise that can be differentiated.</summary>
public interface INoiseSlope
{
    /// <summary>The estimate, and Jᵀ·<paramref name="cotangent"/> of it with respect to <paramref name="x"/>.</summary>
    void Estimate(ReadOnlySpan<double> x, in NoiseLevel level, ReadOnlySpan<double> cotangent, Span<double> noise, Span<double> slope);
}

using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Guidance;

/// <summary>How likely a noisy state is to become what is wanted: log p(y | x) up to a constant.</summary>
public interface IStateLikelihood
{
    /// <summary>∇ₓ log p(y | x). The spans have one length and do not overlap.</summary>
    /// <param name="x">The state, a whole batch.</param>
    /// <param name="level">Its noise level.</param>
    /// <param name="x0">The model's estimate of the clean picture at it.</param>
    /// <param name="gradient">The gradient with respect to <paramref name="x"/>.</param>
    void Gradient(ReadOnlySpan<float> x, in NoiseLevel level, ReadOnlySpan<float> x0, Span<float> gradient);
}

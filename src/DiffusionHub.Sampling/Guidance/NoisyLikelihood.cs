using System.Numerics.Tensors;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Guidance;

/// <summary>A classifier of noisy pictures as it is: it takes states of variance about 1 and a timestep, as the model's network does.</summary>
public interface INoisyClassifier
{
    /// <summary>∇ log p(y | input, timestep) with respect to <paramref name="input"/>, a whole batch.</summary>
    void Gradient(ReadOnlySpan<float> input, float timestep, Span<float> gradient);
}

/// <summary>A noise-aware classifier on states of any form: z = x/√(α² + σ²) is what it was trained on, and ∇ₓ = ∇_z/√(α² + σ²).</summary>
/// <param name="classifier">The classifier.</param>
public sealed class NoisyLikelihood(INoisyClassifier classifier) : IStateLikelihood
{
    private float[] scaled = [];

    /// <inheritdoc/>
    public void Gradient(ReadOnlySpan<float> x, in NoiseLevel level, ReadOnlySpan<float> x0, Span<float> gradient)
    {
        if (scaled.Length != x.Length)
        {
            scaled = new float[x.Length];
        }

        var norm = (float)level.Norm;
        TensorPrimitives.Divide(x, norm, scaled);
        classifier.Gradient(scaled, level.Timestep, gradient);
        TensorPrimitives.Divide(gradient, norm, gradient);
    }
}

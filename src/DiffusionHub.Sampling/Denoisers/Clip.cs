using System.Numerics.Tensors;

namespace DiffusionHub.Sampling.Denoisers;

/// <summary>Clips every element of the estimate to −range … range (DDPM's "clip_sample").</summary>
/// <param name="range">The range.</param>
public sealed class Clip(float range) : IEstimateLimit
{
    /// <inheritdoc/>
    public void Apply(Span<float> x0)
    {
        TensorPrimitives.Min(x0, range, x0);
        TensorPrimitives.Max(x0, -range, x0);
    }
}

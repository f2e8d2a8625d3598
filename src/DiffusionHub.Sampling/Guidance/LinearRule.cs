using System.Numerics.Tensors;

namespace DiffusionHub.Sampling.Guidance;

/// <summary>Ho and Salimans, "Classifier-Free Diffusion Guidance" (2022): u + w·(c − u), from the negative prompt's u past the prompt's c.</summary>
public sealed class LinearRule : IGuidanceRule
{
    /// <inheritdoc/>
    public void Mix(ReadOnlySpan<float> negative, ReadOnlySpan<float> positive, double scale, Span<float> mixed)
    {
        TensorPrimitives.Subtract(positive, negative, mixed);
        TensorPrimitives.MultiplyAdd(mixed, (float)scale, negative, mixed);
    }
}

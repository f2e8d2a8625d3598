using System.Numerics.Tensors;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>The slope of the probability-flow equation, dx/dσ = (x − x₀)/σ (Karras et al. 2022, equation 3), for α = 1 and for α = 1 − σ alike.</summary>
/// <remarks>Divided out before it is multiplied by a step, as the originals do: at zero terminal SNR (σ = 4096) their rounding is part of the picture.</remarks>
internal static class Slope
{
    public static void Of(ReadOnlySpan<float> x, ReadOnlySpan<float> x0, double sigma, Span<float> slope)
    {
        TensorPrimitives.Subtract(x, x0, slope);
        TensorPrimitives.Divide(slope, (float)sigma, slope);
    }
}

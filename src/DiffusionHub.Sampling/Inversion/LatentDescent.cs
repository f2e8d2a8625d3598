using System.Numerics.Tensors;

namespace DiffusionHub.Sampling.Inversion;

/// <summary>
/// How DOODL betters the first latents (Wallace et al. 2023, "End-to-End Diffusion Latent Optimization Improves Classifier Guidance", section 4):
/// descent with momentum along the bounded slope, some noise, and back to the length that the latents had, so that they stay as likely as before.
/// </summary>
/// <param name="latents">The latents of one picture; they are changed in place.</param>
public sealed class LatentDescent(Memory<double> latents)
{
    // Each of the pair makes a picture; the loss counts both.
    private const double OfPair = -0.5;

    private readonly double length = TensorPrimitives.Norm<double>(latents.Span);
    private readonly double[] velocity = new double[latents.Length];

    /// <summary>Bound of each element of a step's slope.</summary>
    public double Bound { get; init; } = 1e-3;

    /// <summary>What is left of one step's velocity in the next.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Standard deviation of the noise of a step.</summary>
    public double Perturbation { get; init; } = 1e-4;

    /// <summary>One step.</summary>
    /// <param name="first">Slope of the loss of both pictures with respect to the first of the pair.</param>
    /// <param name="second">The same of the second; they move as one, by the mean.</param>
    /// <param name="noise">Standard normal numbers.</param>
    public void Step(ReadOnlySpan<double> first, ReadOnlySpan<double> second, ReadOnlySpan<float> noise)
    {
        var x = latents.Span;
        for (var i = 0; i < x.Length; i++)
        {
            velocity[i] = (Momentum * velocity[i]) + Math.Clamp(OfPair * (first[i] + second[i]) / 2, -Bound, Bound);
            x[i] += velocity[i] + (Perturbation * noise[i]);
        }

        TensorPrimitives.Multiply(x, length / TensorPrimitives.Norm<double>(x), x);
    }
}

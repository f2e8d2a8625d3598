using DiffusionHub.Sampling.Noise;

namespace DiffusionHub.Pipelines.Guides;

/// <summary>What is to be small about a picture, with its slope: a classifier's cross-entropy, a distance to a text, a low aesthetic score.</summary>
internal interface IPictureLoss : IDisposable
{
    /// <summary>
    /// The loss of <paramref name="count"/> pictures, summed over them, and its slope.
    /// </summary>
    /// <param name="pictures">Planes (count, 3, height, width), in −1..1.</param>
    /// <param name="count">How many pictures there are.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="gradient">∂loss/∂pictures, of the pictures' shape; written over.</param>
    /// <param name="noise">Where random cutouts are drawn from: one generator a picture, or one for all.</param>
    /// <returns>The loss summed over the batch.</returns>
    double Evaluate(
        ReadOnlySpan<float> pictures, int count, int height, int width, Span<float> gradient, GeneratorNoise noise);
}

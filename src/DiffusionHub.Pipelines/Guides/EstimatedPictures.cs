using DiffusionHub.Sampling.Guidance;
using DiffusionHub.Sampling.Noise;

namespace DiffusionHub.Pipelines.Guides;

/// <summary>A loss of pictures as one of estimates that are pictures.</summary>
/// <param name="loss">The loss.</param>
/// <param name="shape">Shape of the pictures, of 3 channels.</param>
/// <param name="noise">Draws cutouts.</param>
internal sealed class EstimatedPictures(IPictureLoss loss, LatentShape shape, GeneratorNoise noise) : IEstimateLoss
{
    public void Gradient(ReadOnlySpan<float> x0, Span<float> gradient) => loss.Evaluate(x0, shape.Count, shape.Height, shape.Width, gradient, noise);
}

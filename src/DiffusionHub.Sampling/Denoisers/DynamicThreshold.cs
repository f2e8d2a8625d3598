using System.Numerics.Tensors;

namespace DiffusionHub.Sampling.Denoisers;

/// <summary>
/// Saharia et al., "Photorealistic Text-to-Image Diffusion Models with Deep Language Understanding" (Imagen, 2022), section 2.3: each
/// picture's elements are clipped at a quantile s of their absolute values, at least 1, and divided by s.
/// </summary>
/// <param name="ratio">The quantile, 0 to 1.</param>
/// <param name="highest">Largest s.</param>
/// <param name="pictures">Pictures in the batch.</param>
public sealed class DynamicThreshold(double ratio, double highest, int pictures = 1) : IEstimateLimit
{
    private float[] sorted = [];

    /// <inheritdoc/>
    public void Apply(Span<float> x0)
    {
        var one = x0.Length / pictures;
        if (sorted.Length != one)
        {
            sorted = new float[one];
        }

        for (var i = 0; i < pictures; i++)
        {
            var picture = x0.Slice(i * one, one);
            var limit = (float)Math.Clamp(Quantile(picture), 1, Math.Max(1, highest));
            new Clip(limit).Apply(picture);
            TensorPrimitives.Divide(picture, limit, picture);
        }
    }

    // Between the two nearest ranks on a straight line, as torch.quantile.
    private double Quantile(ReadOnlySpan<float> picture)
    {
        TensorPrimitives.Abs(picture, sorted);
        Array.Sort(sorted);
        var rank = ratio * (sorted.Length - 1);
        var low = (int)Math.Floor(rank);
        var high = Math.Min(low + 1, sorted.Length - 1);
        return sorted[low] + ((sorted[high] - (double)sorted[low]) * (rank - low));
    }
}

using System.Numerics.Tensors;

namespace DiffusionHub.Sampling.Guidance;

/// <summary>
/// Lin et al., "Common Diffusion Noise Schedules and Sample Steps Are Flawed" (2023), section 3.4: guidance makes
/// predictions too large, so each picture's mixed prediction m is brought back to the standard deviation of the prompt's c,
/// m·std(c)/std(m), and mixed with m itself.
/// </summary>
public sealed class RescaledRule : IGuidanceRule
{
    private readonly IGuidanceRule inner;
    private readonly double share;
    private readonly int pictures;

    /// <summary>Rescales what <paramref name="inner"/> mixes.</summary>
    /// <param name="inner">The rule.</param>
    /// <param name="share">φ: 0 changes nothing, 1 gives the standard deviation of the prompt's prediction.</param>
    /// <param name="pictures">Pictures in the batch.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number out of its limits, which the message names.</exception>
    public RescaledRule(IGuidanceRule inner, double share, int pictures = 1)
    {
        if (share is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "The guidance rescale must be from 0 to 1.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(pictures, 1);
        (this.inner, this.share, this.pictures) = (inner, share, pictures);
    }

    /// <inheritdoc/>
    public void Mix(ReadOnlySpan<float> negative, ReadOnlySpan<float> positive, double scale, Span<float> mixed)
    {
        inner.Mix(negative, positive, scale, mixed);
        var one = mixed.Length / pictures;
        for (var i = 0; i < pictures; i++)
        {
            var picture = mixed.Slice(i * one, one);
            var deviation = Deviation(picture);
            if (deviation > 0)
            {
                var factor = Deviation(positive.Slice(i * one, one)) / deviation;
                TensorPrimitives.Multiply(picture, (float)((share * factor) + (1 - share)), picture);
            }
        }
    }

    // Over all channels, with n − 1, as torch.std. Summed in one order, so that it does not depend on the machine's vectors.
    private static double Deviation(ReadOnlySpan<float> values)
    {
        double sum = 0, squares = 0;
        foreach (var value in values)
        {
            sum += value;
        }

        var mean = sum / values.Length;
        foreach (var value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return Math.Sqrt(squares / (values.Length - 1));
    }
}

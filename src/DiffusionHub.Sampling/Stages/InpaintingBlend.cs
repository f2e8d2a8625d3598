using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Stages;

/// <summary>
/// Inpainting with a network that knows nothing of masks: after each call, what shall stay is put back at the noise level that the state
/// has now (Lugmayr et al., "RePaint", 2022, equation 8, with one and the same noise all the way), and at the end without noise.
/// </summary>
public sealed class InpaintingBlend
{
    private readonly float[] picture;
    private readonly float[] noise;
    private readonly float[] mask;
    private readonly float[] kept;

    /// <summary>The blend of one run; the arrays are not copied.</summary>
    /// <param name="picture">The picture's latents, a whole batch.</param>
    /// <param name="noise">The noise that the run began with, of the same length.</param>
    /// <param name="mask">1 where to repaint, 0 where the picture stays: for every element, or one plane that holds for all channels and pictures.</param>
    /// <exception cref="ArgumentException">Lengths that do not fit.</exception>
    public InpaintingBlend(float[] picture, float[] noise, float[] mask)
    {
        if (noise.Length != picture.Length)
        {
            throw new ArgumentException($"The noise has {noise.Length} elements; the picture has {picture.Length}.", nameof(noise));
        }

        if (mask.Length == 0 || picture.Length % mask.Length != 0)
        {
            throw new ArgumentException($"The mask has {mask.Length} elements, which is no plane of a picture's {picture.Length}.", nameof(mask));
        }

        (this.picture, this.noise, this.mask, kept) = (picture, noise, mask, new float[picture.Length]);
    }

    /// <summary>The stage, followed by <paramref name="next"/>, which sees the blended state.</summary>
    /// <param name="next">What follows, or null.</param>
    /// <param name="ends">Whether the plan's end is the picture; false where another model goes on from there.</param>
    public StepCallback Then(StepCallback? next, bool ends = true) => (in StepReport step, Span<float> x, ReadOnlySpan<float> x0) =>
    {
        // Not every plan's last level is without noise, but what comes out must be.
        Apply(ends && step.Call == step.Calls ? NoiseLevel.Clean : step.Level, x);
        next?.Invoke(step, x, x0);
    };

    private void Apply(in NoiseLevel level, Span<float> x)
    {
        Combination.Of(kept, level.Alpha, picture, level.Sigma, noise);
        for (var plane = 0; plane < x.Length; plane += mask.Length)
        {
            for (var i = 0; i < mask.Length; i++)
            {
                x[plane + i] = ((1 - mask[i]) * kept[plane + i]) + (mask[i] * x[plane + i]);
            }
        }
    }
}

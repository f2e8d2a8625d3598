using DiffusionHub.Sampling.Noise;

namespace DiffusionHub.Pipelines.Guides;

/// <summary>A part of a picture.</summary>
/// <param name="Top">First row.</param>
/// <param name="Left">First column.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
internal sealed record PictureView(int Top, int Left, int Height, int Width);

/// <summary>
/// What a guide sees of a picture: all of it, or squares of random size and place, by whose mean it cannot be led to small patterns that no person sees
/// (CLIP-guided diffusion; DOODL, Wallace et al. 2023).
/// </summary>
internal static class PictureViews
{
    // Two normal numbers for each of size, top and left.
    private const int Numbers = 6;

    /// <summary>The one view where there are no cutouts.</summary>
    public static PictureView Fixed(GuideInput input, int height, int width)
    {
        var side = Math.Min(height, width);
        return input.Centre ? new PictureView((height - side) / 2, (width - side) / 2, side, side) : new PictureView(0, 0, height, width);
    }

    /// <summary>Squares of each picture, drawn picture by picture.</summary>
    /// <param name="side">Side of what the guide takes: no square is smaller, but in pictures of less than twice that half their shorter side.</param>
    /// <param name="height">Rows of the pictures.</param>
    /// <param name="width">Their columns.</param>
    /// <param name="pictures">How many there are.</param>
    /// <param name="cutouts">Squares of each.</param>
    /// <param name="noise">The generators.</param>
    public static IReadOnlyList<IReadOnlyList<PictureView>> Random(int side, int height, int width, int pictures, int cutouts, GeneratorNoise noise)
    {
        var normals = new float[pictures * cutouts * Numbers];
        noise.Fill(normals);
        var most = Math.Min(height, width);
        var least = Math.Min(side, (most + 1) / 2);
        return [.. Enumerable.Range(0, pictures).Select(i => Enumerable.Range(i * cutouts, cutouts).Select(One).ToList())];

        PictureView One(int number)
        {
            var at = number * Numbers;
            var length = least + (int)(Uniform(normals[at], normals[at + 1]) * (most - least + 1));
            var top = (int)(Uniform(normals[at + 2], normals[at + 3]) * (height - length + 1));
            return new PictureView(top, (int)(Uniform(normals[at + 4], normals[at + 5]) * (width - length + 1)), length, length);
        }
    }

    // The direction of two independent normal numbers is uniform: from 0 to below 1.
    private static double Uniform(float a, float b) => Math.Clamp((Math.Atan2(a, b) / (2 * Math.PI)) + 0.5, 0, 1 - 1e-9);
}

using DiffusionHub.Imaging;

namespace DiffusionHub.Pipelines.Stages;

/// <summary>Pictures as a network takes them: planes (3, height, width) of floats.</summary>
internal static class PicturePlanes
{
    // ITU-R 601 luma in 16-bit fixed point, as PIL's convert("L") computes it.
    private const int Red = 19595;
    private const int Green = 38470;
    private const int Blue = 7471;
    private const int Half = 1 << 15;

    /// <summary>0..1.</summary>
    public static void ZeroToOne(RgbImage picture, Span<float> planes) => Fill(picture, planes, value => value);

    /// <summary>−1..1.</summary>
    public static float[] Signed(RgbImage picture)
    {
        var planes = new float[picture.Pixels.Length];
        Fill(picture, planes, value => (2 * value) - 1);
        return planes;
    }

    /// <summary>Where a mask is white (0.5 and above): one plane of 1 and 0.</summary>
    public static float[] Mask(RgbImage mask)
    {
        var plane = new float[mask.Width * mask.Height];
        for (var i = 0; i < plane.Length; i++)
        {
            var pixel = mask.Pixels.AsSpan(3 * i, 3);
            var luma = ((pixel[0] * Red) + (pixel[1] * Green) + (pixel[2] * Blue) + Half) >> 16;
            plane[i] = luma / 255f < 0.5f ? 0 : 1;
        }

        return plane;
    }

    private static void Fill(RgbImage picture, Span<float> planes, Func<float, float> map)
    {
        var plane = picture.Width * picture.Height;
        for (var i = 0; i < plane; i++)
        {
            for (var channel = 0; channel < 3; channel++)
            {
                planes[(channel * plane) + i] = map(picture.Pixels[(3 * i) + channel] / 255f);
            }
        }
    }
}

using DiffusionHub.Imaging;

namespace DiffusionHub.Pipelines.Stages;

/// <summary>
/// Bicubic resizing of bytes with antialiasing, as PyTorch does it for the pictures that image encoders get: weights in 16 bits, rounded to bytes
/// after each axis; or as Pillow does it, which keeps more bits. Another filter would put other numbers into the network.
/// </summary>
internal static class ByteBicubic
{
    /// <summary>Bits after the point of Pillow's weights.</summary>
    public const int FinestBits = 22;

    private const int Channels = 3;
    private const double Support = 2;
    private const int MostBits = FinestBits;

    /// <summary>The picture at <paramref name="width"/> × <paramref name="height"/>.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="width">New width.</param>
    /// <param name="height">New height.</param>
    /// <param name="bits">Bits after the point of the weights; null: as many as 16-bit weights leave.</param>
    public static RgbImage Resize(RgbImage picture, int width, int height, int? bits = null)
    {
        var pixels = picture.Pixels;
        pixels = width == picture.Width ? pixels : Along(pixels, picture.Width, width, picture.Height, Channels, picture.Width * Channels, width * Channels, bits);
        pixels = height == picture.Height ? pixels : Along(pixels, picture.Height, height, width, width * Channels, Channels, Channels, bits);
        return new RgbImage(width, height, pixels);
    }

    // Along one axis: elements of a line lie `step` apart; lines begin `from` apart in the source and `to` apart in the result.
    private static byte[] Along(byte[] source, int length, int target, int lines, int step, int from, int to, int? told)
    {
        var windows = Enumerable.Range(0, target).Select(i => Window(i, length, target)).ToList();
        var bits = told ?? Bits(windows.Max(window => window.Weights.Max()));
        var result = new byte[target * lines * Channels];
        for (var i = 0; i < target; i++)
        {
            var (first, weights) = windows[i];
            var whole = weights.Select(weight => (int)Math.Round(weight * (1 << bits), MidpointRounding.AwayFromZero)).ToArray();
            for (var line = 0; line < lines; line++)
            {
                for (var channel = 0; channel < Channels; channel++)
                {
                    var sum = 1 << (bits - 1);
                    for (var j = 0; j < whole.Length; j++)
                    {
                        sum += whole[j] * source[(line * from) + ((first + j) * step) + channel];
                    }

                    result[(line * to) + (i * step) + channel] = (byte)Math.Clamp(sum >> bits, 0, 255);
                }
            }
        }

        return result;
    }

    private static (int First, double[] Weights) Window(int i, int length, int target)
    {
        var scale = (double)length / target;
        var (centre, stretch) = (scale * (i + 0.5), Math.Max(scale, 1));
        var first = Math.Max((int)(centre - (Support * stretch) + 0.5), 0);
        var count = Math.Min((int)(centre + (Support * stretch) + 0.5), length) - first;
        var weights = Enumerable.Range(first, count).Select(at => Cubic((at - centre + 0.5) / stretch)).ToArray();
        var total = weights.Sum();
        return (first, [.. weights.Select(weight => weight / total)]);
    }

    // As many bits after the point as keep the largest weight within a signed number of 16 bits.
    private static int Bits(double largest)
    {
        var bits = 0;
        while (bits < MostBits && (int)(0.5 + (largest * (1 << (bits + 1)))) < 1 << 15)
        {
            bits++;
        }

        return bits;
    }

    // Keys (1981) with a = −½.
    private static double Cubic(double x) => Math.Abs(x) switch
    {
        < 1 and var t => (((1.5 * t) - 2.5) * t * t) + 1,
        < 2 and var t => (((((t - 5) * t) + 8) * t) - 4) * -0.5,
        _ => 0,
    };
}

namespace DiffusionHub.Pipelines.Stages;

/// <summary>A depth map as the channel that a depth-guided UNet takes beside the latents.</summary>
internal static class DepthMap
{
    // PyTorch's bicubic interpolation (Keys 1981), without antialiasing.
    private const float A = -0.75f;

    /// <summary>A map of the latents' size, −1 (its least) to 1 (its greatest); −1 everywhere where all is equally deep.</summary>
    /// <param name="depth">Inverse depths of any unit, (<paramref name="height"/>, <paramref name="width"/>).</param>
    /// <param name="height">Its height.</param>
    /// <param name="width">Its width.</param>
    /// <param name="rows">Height of the latents.</param>
    /// <param name="columns">Width of the latents.</param>
    public static float[] Channel(ReadOnlySpan<float> depth, int height, int width, int rows, int columns)
    {
        var (down, across) = (Axis(height, rows), Axis(width, columns));
        var map = new double[rows * columns];
        for (var i = 0; i < map.Length; i++)
        {
            var (y, x) = (down[i / columns], across[i % columns]);
            // Of any unit: differences of the largest floats are none.
            double sum = 0;
            for (var j = 0; j < y.At.Length; j++)
            {
                double line = 0;
                for (var k = 0; k < x.At.Length; k++)
                {
                    line += (double)depth[(y.At[j] * width) + x.At[k]] * x.Weights[k];
                }

                sum += line * y.Weights[j];
            }

            map[i] = sum;
        }

        var (least, greatest) = (map.Min(), map.Max());
        return greatest > least ? Array.ConvertAll(map, value => (float)((2 * (value - least) / (greatest - least)) - 1)) : Array.ConvertAll(map, _ => -1f);
    }

    private static (int[] At, float[] Weights)[] Axis(int length, int target)
    {
        var scale = (float)length / target;
        return [.. Enumerable.Range(0, target).Select(One)];

        (int[] At, float[] Weights) One(int i)
        {
            var centre = (scale * (i + 0.5f)) - 0.5f;
            var whole = (int)MathF.Floor(centre);
            var t = centre - whole;
            return ([.. Enumerable.Range(whole - 1, 4).Select(at => Math.Clamp(at, 0, length - 1))], [Far(t + 1), Near(t), Near(1 - t), Far(2 - t)]);
        }
    }

    private static float Near(float t) => ((((A + 2) * t) - (A + 3)) * t * t) + 1;

    private static float Far(float t) => (((((A * t) - (5 * A)) * t) + (8 * A)) * t) - (4 * A);
}

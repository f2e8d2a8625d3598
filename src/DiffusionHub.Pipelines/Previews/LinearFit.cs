namespace DiffusionHub.Pipelines.Previews;

/// <summary>
/// Learns from finished pictures which linear map of a latent pixel comes nearest to the mean colour of the pixels that it stands for: least squares by
/// the normal equations, (XᵀX + λn·I) W = XᵀY, with a small ridge λ for channels that say nothing. The constant has no ridge. Not for several threads.
/// </summary>
/// <param name="channels">Channels of a latent.</param>
internal sealed class LinearFit(int channels)
{
    private const int Colours = 3;
    // Of a picture; more pixels make the map no better, and a picture must not wait for it.
    private const int MostSamples = 1024;
    private const double Ridge = 1e-6;

    private readonly double[,] squares = new double[channels + 1, channels + 1];
    private readonly double[,] products = new double[channels + 1, Colours];
    private long samples;

    /// <summary>Pictures that it has seen.</summary>
    public int Pictures { get; private set; }

    /// <summary>Learns from one picture.</summary>
    /// <param name="latents">Its latents, shape (channels, height, width).</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="picture">The picture, shape (height·factor, width·factor, 3), 0..1.</param>
    /// <param name="factor">Pixels that a latent's side stands for.</param>
    public void Add(ReadOnlySpan<float> latents, LatentShape shape, ReadOnlySpan<float> picture, int factor)
    {
        var plane = shape.Height * shape.Width;
        var step = Math.Max(1, (int)Math.Ceiling(Math.Sqrt(plane / (double)MostSamples)));
        Span<double> x = stackalloc double[channels + 1];
        x[channels] = 1;
        for (var top = 0; top < shape.Height; top += step)
        {
            for (var left = 0; left < shape.Width; left += step)
            {
                for (var channel = 0; channel < channels; channel++)
                {
                    x[channel] = latents[(channel * plane) + (top * shape.Width) + left];
                }

                var colour = Mean(picture, shape.Width * factor, top * factor, left * factor, factor);
                Add(x, [colour.Red, colour.Green, colour.Blue]);
            }
        }

        Pictures++;
    }

    /// <summary>The map: of each colour a factor for each channel and a constant; null before the first picture, or where its numbers are not finite.</summary>
    public LinearPreview? Solve()
    {
        var size = channels + 1;
        var left = new double[size, size];
        Array.Copy(squares, left, squares.Length);
        var right = new double[size, Colours];
        Array.Copy(products, right, products.Length);
        for (var i = 0; i < channels; i++)
        {
            left[i, i] += Ridge * samples;
        }

        if (samples == 0 || !Eliminate(left, right))
        {
            return null;
        }

        return new LinearPreview([.. Enumerable.Range(0, Colours).Select(colour => Enumerable.Range(0, size).Select(i => (float)right[i, colour]).ToArray())]);
    }

    private void Add(ReadOnlySpan<double> x, ReadOnlySpan<double> colours)
    {
        for (var i = 0; i <= channels; i++)
        {
            for (var j = 0; j <= channels; j++)
            {
                squares[i, j] += x[i] * x[j];
            }

            for (var colour = 0; colour < Colours; colour++)
            {
                products[i, colour] += x[i] * colours[colour];
            }
        }

        samples++;
    }

    private static (double Red, double Green, double Blue) Mean(ReadOnlySpan<float> picture, int width, int top, int left, int side)
    {
        var (red, green, blue) = (0.0, 0.0, 0.0);
        for (var y = top; y < top + side; y++)
        {
            var row = picture.Slice(((y * width) + left) * Colours, side * Colours);
            for (var i = 0; i < row.Length; i += Colours)
            {
                red += row[i];
                green += row[i + 1];
                blue += row[i + 2];
            }
        }

        double all = side * side;
        return (red / all, green / all, blue / all);
    }

    // Gauss and Jordan: the left side is positive definite, so that no row needs another's place.
    private static bool Eliminate(double[,] left, double[,] right)
    {
        var size = left.GetLength(0);
        for (var pivot = 0; pivot < size; pivot++)
        {
            var by = left[pivot, pivot];
            if (!double.IsFinite(by) || by <= 0)
            {
                return false;
            }

            for (var row = 0; row < size; row++)
            {
                var part = row == pivot ? 0 : left[row, pivot] / by;
                for (var column = pivot; column < size && part != 0; column++)
                {
                    left[row, column] -= part * left[pivot, column];
                }

                for (var colour = 0; colour < Colours && part != 0; colour++)
                {
                    right[row, colour] -= part * right[pivot, colour];
                }
            }
        }

        for (var row = 0; row < size; row++)
        {
            for (var colour = 0; colour < Colours; colour++)
            {
                right[row, colour] /= left[row, row];
                if (!double.IsFinite(right[row, colour]))
                {
                    return false;
                }
            }
        }

        return true;
    }
}

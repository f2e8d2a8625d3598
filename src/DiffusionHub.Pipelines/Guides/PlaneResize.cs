namespace DiffusionHub.Pipelines.Guides;

/// <summary>
/// Linear resizing of a plane of numbers, antialiased where it becomes smaller (each result is a mean of all that it covers), as PyTorch's bilinear
/// interpolation does it; and its adjoint, which carries a gradient back.
/// </summary>
internal sealed class PlaneResize
{
    private readonly (int First, float[] Weights)[] down;
    private readonly (int First, float[] Weights)[] across;
    private readonly float[] lines;
    private readonly int height;

    /// <param name="height">Rows of the plane.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="rows">Rows of the result.</param>
    /// <param name="columns">Its columns.</param>
    public PlaneResize(int height, int width, int rows, int columns)
    {
        (down, across, this.height) = (Windows(height, rows), Windows(width, columns), height);
        lines = new float[height * columns];
    }

    /// <summary>Resizes.</summary>
    /// <param name="plane">The plane from its first number on; its rows lie <paramref name="stride"/> apart.</param>
    /// <param name="stride">Numbers from a row to the next.</param>
    /// <param name="result">(rows, columns), written over.</param>
    public void Apply(ReadOnlySpan<float> plane, int stride, Span<float> result)
    {
        var columns = across.Length;
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < columns; x++)
            {
                var (first, weights) = across[x];
                float sum = 0;
                for (var k = 0; k < weights.Length; k++)
                {
                    sum += weights[k] * plane[(y * stride) + first + k];
                }

                lines[(y * columns) + x] = sum;
            }
        }

        result.Clear();
        for (var y = 0; y < down.Length; y++)
        {
            var (first, weights) = down[y];
            for (var k = 0; k < weights.Length; k++)
            {
                Add(lines.AsSpan((first + k) * columns, columns), weights[k], result.Slice(y * columns, columns));
            }
        }
    }

    /// <summary>Adds to a gradient of the plane what a gradient of the result makes of it.</summary>
    /// <param name="gradient">(rows, columns).</param>
    /// <param name="plane">The plane's, from its first number on.</param>
    /// <param name="stride">Numbers from a row to the next.</param>
    public void AddAdjoint(ReadOnlySpan<float> gradient, Span<float> plane, int stride)
    {
        var columns = across.Length;
        lines.AsSpan().Clear();
        for (var y = 0; y < down.Length; y++)
        {
            var (first, weights) = down[y];
            for (var k = 0; k < weights.Length; k++)
            {
                Add(gradient.Slice(y * columns, columns), weights[k], lines.AsSpan((first + k) * columns, columns));
            }
        }

        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < columns; x++)
            {
                var (first, weights) = across[x];
                for (var k = 0; k < weights.Length; k++)
                {
                    plane[(y * stride) + first + k] += weights[k] * lines[(y * columns) + x];
                }
            }
        }
    }

    private static void Add(ReadOnlySpan<float> values, float factor, Span<float> sum) => System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(values, factor, sum, sum);

    private static (int First, float[] Weights)[] Windows(int length, int target)
    {
        var scale = (double)length / target;
        var support = Math.Max(scale, 1);
        return [.. Enumerable.Range(0, target).Select(One)];

        (int First, float[] Weights) One(int i)
        {
            var centre = scale * (i + 0.5);
            var first = Math.Max((int)(centre - support + 0.5), 0);
            var count = Math.Min((int)(centre + support + 0.5), length) - first;
            var weights = Enumerable.Range(first, count).Select(at => Math.Max(0, 1 - Math.Abs((at - centre + 0.5) / support))).ToArray();
            var total = weights.Sum();
            return (first, Array.ConvertAll(weights, weight => (float)(weight / total)));
        }
    }
}

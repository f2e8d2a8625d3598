using System.Numerics;
using System.Numerics.Tensors;

namespace DiffusionHub.Sampling;

/// <summary>Linear combinations of states: all that the samplers do to them. One pass each; element i depends on elements i alone.</summary>
internal static class Combination
{
    /// <summary>result = a·x + b·y; may be one of x and y.</summary>
    public static void Of(Span<float> result, double a, ReadOnlySpan<float> x, double b, ReadOnlySpan<float> y)
    {
        var (first, second) = (new Vector<float>((float)a), new Vector<float>((float)b));
        var i = 0;
        for (; i <= result.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            ((first * new Vector<float>(x[i..])) + (second * new Vector<float>(y[i..]))).CopyTo(result[i..]);
        }

        for (; i < result.Length; i++)
        {
            result[i] = ((float)a * x[i]) + ((float)b * y[i]);
        }
    }

    /// <summary>result += a·x; nothing where a is 0.</summary>
    public static void Add(Span<float> result, double a, ReadOnlySpan<float> x)
    {
        if (a != 0)
        {
            TensorPrimitives.MultiplyAdd(x, (float)a, result, result);
        }
    }
}

using System.Numerics;

namespace DiffusionHub.Sampling;

/// <summary>Linear combinations of states: all that the samplers do to them. One pass each; element i depends on elements i alone.</summary>
/// <remarks>
/// Products are rounded before they are added, as PyTorch's are. Where a state of σ = 4096 comes down in one step, a fused product would
/// change the picture's third decimal place.
/// </remarks>
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
            Of(result, 1, result, a, x);
        }
    }
}

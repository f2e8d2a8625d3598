using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DiffusionHub.Inference.Kernels;

/// <summary>What a node of the operator is set up with.</summary>
internal struct GroupNormKernel
{
    public long Groups;
    public float Epsilon;
    public bool Silu;
}

/// <summary>One run of a node: places in memory, and the work on each group.</summary>
internal unsafe struct GroupNormRun
{
    // Native threads run it: the just-in-time compiler is to do its best at once.
    public GroupNormKernel Kernel;
    public long Channels;
    public long Pixels;
    public float* Input;
    public float* Scale;
    public float* Offset;
    public float* Shift;
    public float* Output;

    /// <summary>Normalises group <paramref name="number"/>, counted over all pictures: mean, then squared differences from it, then the result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Group(long number)
    {
        var each = Channels / Kernel.Groups;
        var first = number * each;
        var count = each * Pixels;
        var sum = 0.0;
        for (var i = 0L; i < each; i++)
        {
            sum += Sum(Input + ((first + i) * Pixels), Pixels) + (Pixels * (double)Added(first + i));
        }

        var mean = (float)(sum / count);
        var squares = 0.0;
        for (var i = 0L; i < each; i++)
        {
            squares += Squares(Input + ((first + i) * Pixels), Pixels, mean - Added(first + i));
        }

        var factor = 1 / Math.Sqrt((squares / count) + Kernel.Epsilon);
        for (var i = 0L; i < each; i++)
        {
            var channel = (first + i) % Channels;
            var scale = (float)(Scale[channel] * factor);
            Apply(Input + ((first + i) * Pixels), Output + ((first + i) * Pixels), mean - Added(first + i), scale, Offset[channel]);
        }
    }

    private readonly float Added(long row) => Shift is null ? 0 : Shift[row];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Sum(float* values, long count)
    {
        var (a, b) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var i = 0L;
        for (; i + (2 * Vector512<float>.Count) <= count; i += 2 * Vector512<float>.Count)
        {
            a += Vector512.Load(values + i);
            b += Vector512.Load(values + i + Vector512<float>.Count);
        }

        var sum = (double)Vector512.Sum(a + b);
        for (; i < count; i++)
        {
            sum += values[i];
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Squares(float* values, long count, float mean)
    {
        var (a, b) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var middle = Vector512.Create(mean);
        var i = 0L;
        for (; i + (2 * Vector512<float>.Count) <= count; i += 2 * Vector512<float>.Count)
        {
            var x = Vector512.Load(values + i) - middle;
            var y = Vector512.Load(values + i + Vector512<float>.Count) - middle;
            a = Vector512.FusedMultiplyAdd(x, x, a);
            b = Vector512.FusedMultiplyAdd(y, y, b);
        }

        var sum = (double)Vector512.Sum(a + b);
        for (; i < count; i++)
        {
            sum += (values[i] - mean) * (values[i] - mean);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Apply(float* input, float* output, float mean, float scale, float offset)
    {
        var (middle, factor, added) = (Vector512.Create(mean), Vector512.Create(scale), Vector512.Create(offset));
        var i = 0L;
        for (; i + Vector512<float>.Count <= Pixels; i += Vector512<float>.Count)
        {
            var y = Vector512.FusedMultiplyAdd(Vector512.Load(input + i) - middle, factor, added);
            Vector512.Store(Kernel.Silu ? y / (Vector512<float>.One + FastExponential.Of(-y)) : y, output + i);
        }

        for (; i < Pixels; i++)
        {
            var y = MathF.FusedMultiplyAdd(input[i] - mean, scale, offset);
            output[i] = Kernel.Silu ? y / (1 + MathF.Exp(-y)) : y;
        }
    }
}

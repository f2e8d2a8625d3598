using System.Runtime.Intrinsics;

namespace DiffusionHub.Sampling.Noise;

/// <summary>
/// PyTorch's CPU generator: the same seed gives the numbers of <c>torch.Generator().manual_seed(seed)</c>, call by call.
/// PyTorch takes two ways for normal numbers, by the length of the call: blocks of 16 from float uniforms, or, below 16, pairs in
/// double precision of which the second waits for the next short call.
/// </summary>
/// <param name="seed">Only its low 32 bits count, as in PyTorch.</param>
public sealed class TorchCpuNoise(long seed) : INoiseSource
{
    private const int Block = 16;
    private readonly MersenneTwister bits = new(unchecked((uint)seed));
    private double? waiting;

    /// <inheritdoc/>
    public void Normal(Span<float> values)
    {
        if (values.Length < Block)
        {
            foreach (ref var value in values)
            {
                value = (float)NormalPair();
            }

            return;
        }

        Uniform(values);
        for (var start = 0; start + Block <= values.Length; start += Block)
        {
            Transform(values.Slice(start, Block));
        }

        // A length that is no multiple of 16 ends with a block drawn anew that overlaps the one before.
        if (values.Length % Block != 0)
        {
            var last = values[^Block..];
            Uniform(last);
            Transform(last);
        }
    }

    /// <summary>Fills <paramref name="values"/> as one float64 <c>torch.randn</c> call would.</summary>
    public void Normal(Span<double> values)
    {
        if (values.Length < Block)
        {
            foreach (ref var value in values)
            {
                value = NormalPair();
            }

            return;
        }

        UniformDouble(values);
        for (var start = 0; start + Block <= values.Length; start += Block)
        {
            Transform(values.Slice(start, Block));
        }

        if (values.Length % Block != 0)
        {
            var last = values[^Block..];
            UniformDouble(last);
            Transform(last);
        }
    }

    /// <summary>Fills <paramref name="values"/> as <c>torch.rand</c> would: 24 random bits each, in [0, 1).</summary>
    public void Uniform(Span<float> values)
    {
        foreach (ref var value in values)
        {
            value = (bits.Next() & 0xFFFFFF) * (1f / (1 << 24));
        }
    }

    private void UniformDouble(Span<double> values)
    {
        foreach (ref var value in values)
        {
            value = UniformDouble();
        }
    }

    private double UniformDouble()
    {
        var high = (ulong)bits.Next();
        return (((high << 32) | bits.Next()) & ((1UL << 53) - 1)) * (1.0 / (1UL << 53));
    }

    // Box and Muller (1958); PyTorch pairs element j of a block with element j + 8.
    private static void Transform(Span<float> block)
    {
        var radius = Vector256.Sqrt(Vector256.Create(-2f) * CephesMath.Log(Vector256<float>.One - Vector256.Create<float>(block)));
        var (sin, cos) = CephesMath.SinCos(Vector256.Create(2 * MathF.PI) * Vector256.Create<float>(block[(Block / 2)..]));
        (radius * cos).CopyTo(block);
        (radius * sin).CopyTo(block[(Block / 2)..]);
    }

    private static void Transform(Span<double> block)
    {
        for (var j = 0; j < Block / 2; j++)
        {
            var radius = Math.Sqrt(-2 * Math.Log(1 - block[j]));
            var (sin, cos) = Math.SinCos(2 * Math.PI * block[j + 8]);
            block[j] = radius * cos;
            block[j + 8] = radius * sin;
        }
    }

    private double NormalPair()
    {
        if (waiting is { } second)
        {
            waiting = null;
            return second;
        }

        var angle = 2 * Math.PI * UniformDouble();
        // log1p(−u) by Kahan's correction: .NET has no log1p.
        var u = UniformDouble();
        var radius = Math.Sqrt(-2 * LogOnePlus(-u));
        waiting = radius * Math.Sin(angle);
        return radius * Math.Cos(angle);
    }

    private static double LogOnePlus(double x)
    {
        var sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * x / (sum - 1);
    }
}

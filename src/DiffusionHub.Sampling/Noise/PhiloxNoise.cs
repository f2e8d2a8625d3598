using System.Runtime.Intrinsics;

namespace DiffusionHub.Sampling.Noise;

/// <summary>
/// PyTorch's CUDA generator ("NV" noise): <see cref="Philox"/> with the seed as its key. Element i of call c comes from counter
/// (c, 0, i, 0), so it does not depend on the length of the call.
/// </summary>
/// <param name="seed">64-bit key.</param>
public sealed class PhiloxNoise(long seed) : INoiseSource
{
    private uint call;

    /// <inheritdoc/>
    public void Normal(Span<float> values)
    {
        for (var start = 0; start < values.Length; start += Vector256<ulong>.Count)
        {
            var elements = Vector256.Create((ulong)start) + Philox.Lanes;
            var (first, second, _, _) = Philox.Block(seed, Vector256.Create((ulong)call), Vector256<ulong>.Zero, elements, Vector256<ulong>.Zero);
            for (var lane = 0; lane < Math.Min(Vector256<ulong>.Count, values.Length - start); lane++)
            {
                values[start + lane] = Normal(first[lane], second[lane]);
            }
        }

        call++;
    }

    // Box and Muller (1958), the sine alone.
    private static float Normal(ulong first, ulong second)
    {
        var u = (first * (1.0 / 4294967296.0)) + (1.0 / 8589934592.0);
        var v = 2 * Math.PI * ((second * (1.0 / 4294967296.0)) + (1.0 / 8589934592.0));
        return (float)(Math.Sqrt(-2 * Math.Log(u)) * Math.Sin(v));
    }
}

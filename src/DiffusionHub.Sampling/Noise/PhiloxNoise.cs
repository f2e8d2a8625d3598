using System.Runtime.CompilerServices;

namespace DiffusionHub.Sampling.Noise;

/// <summary>
/// PyTorch's CUDA generator ("NV" noise): Philox 4×32-10 of Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3" (SC 2011).
/// Element i of call c comes from counter (c, 0, i, 0), so it does not depend on the length of the call.
/// </summary>
/// <param name="seed">64-bit key.</param>
public sealed class PhiloxNoise(long seed) : INoiseSource
{
    private uint call;

    /// <inheritdoc/>
    public void Normal(Span<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var (first, second) = Draw((uint)i);
            var u = (first * (1.0 / 4294967296.0)) + (1.0 / 8589934592.0);
            var v = 2 * Math.PI * ((second * (1.0 / 4294967296.0)) + (1.0 / 8589934592.0));
            values[i] = (float)(Math.Sqrt(-2 * Math.Log(u)) * Math.Sin(v));
        }

        call++;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (uint First, uint Second) Draw(uint element)
    {
        var (a, b, c, d) = (call, 0u, element, 0u);
        var (key, otherKey) = (unchecked((uint)seed), unchecked((uint)(seed >> 32)));
        for (var round = 0; round < 10; round++)
        {
            var left = (ulong)a * 0xD2511F53u;
            var right = (ulong)c * 0xCD9E8D57u;
            (a, b, c, d) = ((uint)(right >> 32) ^ b ^ key, (uint)right, (uint)(left >> 32) ^ d ^ otherKey, (uint)left);
            unchecked
            {
                key += 0x9E3779B9u;
                otherKey += 0xBB67AE85u;
            }
        }

        return (a, b);
    }
}

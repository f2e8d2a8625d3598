using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DiffusionHub.Sampling.Noise;

/// <summary>
/// The counter-based generator Philox 4×32-10 of Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3" (SC 2011): 128 bits of
/// counter and a 64-bit key give 128 random bits, whatever was drawn before. Four counters at a time.
/// </summary>
internal static class Philox
{
    /// <summary>Four consecutive numbers.</summary>
    public static readonly Vector256<ulong> Lanes = Vector256.Create(0ul, 1, 2, 3);

    private static readonly Vector256<ulong> LowHalf = Vector256.Create(0xFFFFFFFFul);

    /// <summary>The random words of four counters (a, b, c, d), each a 32-bit number in a lane of 64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<ulong> A, Vector256<ulong> B, Vector256<ulong> C, Vector256<ulong> D) Block(
        long key, Vector256<ulong> a, Vector256<ulong> b, Vector256<ulong> c, Vector256<ulong> d)
    {
        var (low, high) = (unchecked((uint)key), unchecked((uint)(key >> 32)));
        for (var round = 0; round < 10; round++)
        {
            var left = Product(a, Vector256.Create(0xD2511F53ul));
            var right = Product(c, Vector256.Create(0xCD9E8D57ul));
            (a, b, c, d) = (
                (right >>> 32) ^ b ^ Vector256.Create((ulong)low),
                right & LowHalf,
                (left >>> 32) ^ d ^ Vector256.Create((ulong)high),
                left & LowHalf);
            unchecked
            {
                low += 0x9E3779B9u;
                high += 0xBB67AE85u;
            }
        }

        return (a, b, c, d);
    }

    // One instruction where there is one for 32 × 32 bits.
    private static Vector256<ulong> Product(Vector256<ulong> x, Vector256<ulong> y) => Avx2.IsSupported ? Avx2.Multiply(x.AsUInt32(), y.AsUInt32()) : x * y;
}

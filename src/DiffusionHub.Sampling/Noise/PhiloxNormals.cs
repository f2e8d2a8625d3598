using System.Runtime.Intrinsics;

namespace DiffusionHub.Sampling.Noise;

/// <summary>
/// Standard normal numbers as a function of a place: element i of (seed, stream, second, third) is always the same number, in float32
/// and to the last bit on every machine. The last word of <see cref="PhiloxNoise"/>'s counters is 0; with streams from 1 up these never
/// meet them.
/// </summary>
internal static class PhiloxNormals
{
    private const int Together = 16;

    /// <summary>Fills <paramref name="values"/>, from element 0 on.</summary>
    public static void Fill(long seed, uint stream, uint second, uint third, Span<float> values)
    {
        Span<float> last = stackalloc float[Together];
        for (var start = 0; start < values.Length; start += Together)
        {
            // Four counters to 16 numbers: two Box-Muller pairs (1958) of each.
            var counters = Vector256.Create((ulong)start / 4) + Philox.Lanes;
            var (a, b, c, d) = Philox.Block(
                seed, counters, Vector256.Create((ulong)second), Vector256.Create((ulong)third), Vector256.Create((ulong)stream));
            var radius = Vector256.Sqrt(Vector256.Create(-2f) * CephesMath.Log(Fraction(a, c) + Vector256.Create(1f / (1 << 24))));
            var (sin, cos) = CephesMath.SinCos(Vector256.Create(2 * MathF.PI) * Fraction(b, d));
            var rest = values[start..];
            var target = rest.Length >= Together ? rest : last;
            (radius * cos).CopyTo(target);
            (radius * sin).CopyTo(target[(Together / 2)..]);
            if (rest.Length < Together)
            {
                last[..rest.Length].CopyTo(rest);
            }
        }
    }

    // The upper 24 of 32 bits, in [0, 1).
    private static Vector256<float> Fraction(Vector256<ulong> x, Vector256<ulong> y) =>
        Vector256.ConvertToSingle((Vector256.Narrow(x, y) >>> 8).AsInt32()) * Vector256.Create(1f / (1 << 24));
}

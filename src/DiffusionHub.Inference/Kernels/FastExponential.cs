using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DiffusionHub.Inference.Kernels;

/// <summary>eˣ of 16 numbers, to the last digit of float32: 2ⁿ·eʳ with |r| ≤ ln 2 / 2, and eʳ from its power series.</summary>
internal static class FastExponential
{
    // Beyond these the result is not a normal number of float32.
    private const float Lowest = -87;
    private const float Highest = 88;

    // ln 2 in two parts, so that n times the first is exact.
    private const float Ln2 = 0.693359375f;
    private const float Ln2Rest = -2.12194440e-4f;
    private const int Bias = 127;
    private const int FractionBits = 23;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Of(Vector512<float> x)
    {
        x = Vector512.Min(Vector512.Max(x, Vector512.Create(Lowest)), Vector512.Create(Highest));
        var n = Vector512.Round(x * Vector512.Create(1.442695041f));
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Ln2), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Ln2Rest), r);
        var sum = Vector512.Create(1 / 5040f);
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1 / 720f));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1 / 120f));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1 / 24f));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1 / 6f));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(0.5f));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512<float>.One);
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512<float>.One);
        var power = (Vector512.ConvertToInt32Native(n) + Vector512.Create(Bias)) << FractionBits;
        return sum * power.AsSingle();
    }
}

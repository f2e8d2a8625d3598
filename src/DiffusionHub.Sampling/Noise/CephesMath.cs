using System.Runtime.Intrinsics;

namespace DiffusionHub.Sampling.Noise;

/// <summary>
/// The float32 logarithm, sine and cosine of Moshier's Cephes library (polynomials and split constants of logf.c, sinf.c and cosf.c),
/// eight at a time. PyTorch's CPU generator uses them on every x86 machine, so their last digits are part of a seed's noise: where a product
/// is rounded before a sum and where not (<see cref="Vector256.FusedMultiplyAdd(Vector256{float}, Vector256{float}, Vector256{float})"/>) is that of its builds.
/// </summary>
internal static class CephesMath
{
    private const float HalfRoot = 0.707106781186547524f;

    /// <summary>ln x of positive normal numbers.</summary>
    public static Vector256<float> Log(Vector256<float> x)
    {
        // x = m·2^e with m from √½ to √2.
        var bits = x.AsInt32();
        var exponent = Vector256.ConvertToSingle((bits >>> 23) - Vector256.Create(126));
        var mantissa = ((bits & Vector256.Create(0x007FFFFF)) | Vector256.Create(0x3F000000)).AsSingle();
        var below = Vector256.LessThan(mantissa, Vector256.Create(HalfRoot));
        exponent -= Vector256<float>.One & below;
        var f = mantissa - Vector256<float>.One + (mantissa & below);

        var square = f * f;
        var y = Polynomial(
            f, 7.0376836292e-2f, -1.1514610310e-1f, 1.1676998740e-1f, -1.2420140846e-1f, 1.4249322787e-1f, -1.6668057665e-1f, 2.0000714765e-1f, -2.4999993993e-1f, 3.3333331174e-1f);
        y = Multiply(y * f, square, exponent * -2.12194440e-4f);
        y = Add(y, square, -0.5f);
        return Add(f + y, exponent, 0.693359375f);
    }

    /// <summary>Sine and cosine of angles from 0 up.</summary>
    public static (Vector256<float> Sin, Vector256<float> Cos) SinCos(Vector256<float> angle)
    {
        // The octant, made even; the angle within it, with π/4 in three parts.
        var octant = (Vector256.ConvertToInt32(angle * 1.27323954473516f) + Vector256<int>.One) & Vector256.Create(~1);
        var whole = Vector256.ConvertToSingle(octant);
        var x = Add(Add(Add(angle, whole, -0.78515625f), whole, -2.4187564849853515625e-4f), whole, -3.77489497744594108e-8f);

        var z = x * x;
        var cos = Polynomial(z, 2.443315711809948e-5f, -1.388731625493765e-3f, 4.166664568298827e-2f);
        cos = Multiply(cos * z, z, z * -0.5f) + Vector256<float>.One;
        var sin = Multiply(Polynomial(z, -1.9515295891e-4f, 8.3321608736e-3f, -1.6666654611e-1f) * z, x, x);

        var keeps = Vector256.Equals(octant & Vector256.Create(2), Vector256<int>.Zero).AsSingle();
        var sinSign = (octant & Vector256.Create(4)) << 29;
        var cosSign = Vector256.AndNot(Vector256.Create(4), octant - Vector256.Create(2)) << 29;
        return (
            (Vector256.ConditionalSelect(keeps, sin, cos).AsInt32() ^ sinSign).AsSingle(),
            (Vector256.ConditionalSelect(keeps, cos, sin).AsInt32() ^ cosSign).AsSingle());
    }

    private static Vector256<float> Polynomial(Vector256<float> x, params ReadOnlySpan<float> coefficients)
    {
        var y = Vector256.Create(coefficients[0]);
        foreach (var c in coefficients[1..])
        {
            y = Multiply(y, x, Vector256.Create(c));
        }

        return y;
    }

    private static Vector256<float> Add(Vector256<float> sum, Vector256<float> x, float factor) => Multiply(x, Vector256.Create(factor), sum);

    private static Vector256<float> Multiply(Vector256<float> x, Vector256<float> y, Vector256<float> addend) => Vector256.FusedMultiplyAdd(x, y, addend);
}

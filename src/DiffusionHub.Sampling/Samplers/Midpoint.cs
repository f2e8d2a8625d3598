namespace DiffusionHub.Sampling.Samplers;

/// <summary>The middle of two σ in ln σ, √(σ·σ'), which is 0 where σ' is.</summary>
/// <remarks>In float32, as the originals: a first step from σ = 14 to 0.03 magnifies its rounding a thousand times.</remarks>
internal static class Midpoint
{
    public static double Of(double from, double to)
    {
        var (high, low) = (MathF.Log((float)from), MathF.Log((float)to));
        return MathF.Exp(high - ((high - low) * 0.5f));
    }
}

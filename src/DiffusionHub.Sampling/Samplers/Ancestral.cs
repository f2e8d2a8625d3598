namespace DiffusionHub.Sampling.Samplers;

/// <summary>
/// A step's way split in two: down to σ_down without noise, then up again to σ' with fresh noise, so that the variances add up. With η = 1
/// it is DDPM's posterior (Song et al., "Score-Based Generative Modeling through SDEs", 2021, appendix F) for states with α = 1.
/// </summary>
internal static class Ancestral
{
    /// <remarks>In float32, as the originals: from σ = 4096, σ_down is the difference of two almost equal numbers, and its rounding shows.</remarks>
    public static (double Down, double Up) Split(double from, double to, double eta)
    {
        var (high, low) = ((float)(from * from), (float)(to * to));
        var up = Math.Min((float)to, (float)eta * MathF.Sqrt(low * (high - low) / high));
        return (MathF.Sqrt(low - (up * up)), up);
    }
}

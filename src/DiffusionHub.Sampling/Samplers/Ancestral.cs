namespace DiffusionHub.Sampling.Samplers;

/// <summary>
/// A step's way split in two: down to σ_down without noise, then up again to σ' with fresh noise, so that the variances add up. With η = 1
/// it is DDPM's posterior (Song et al., "Score-Based Generative Modeling through SDEs", 2021, appendix F) for states with α = 1.
/// </summary>
internal static class Ancestral
{
    public static (double Down, double Up) Split(double from, double to, double eta)
    {
        var up = Math.Min(to, eta * Math.Sqrt(to * to * ((from * from) - (to * to)) / (from * from)));
        return (Math.Sqrt((to * to) - (up * up)), up);
    }
}

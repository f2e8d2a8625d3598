namespace DiffusionHub.Sampling.Curves;

/// <summary>Even steps of σ^(1/ρ): Karras et al., "Elucidating the Design Space of Diffusion-Based Generative Models" (2022), equation 5.</summary>
/// <param name="rho">ρ; larger takes more of the steps near the picture.</param>
public sealed class KarrasCurve(double rho = 7) : ISigmaCurve
{
    /// <inheritdoc/>
    public double[] Sigmas(int count, double highest, double lowest)
    {
        var (first, last) = (Math.Pow(highest, 1 / rho), Math.Pow(lowest, 1 / rho));
        return Ramp.Map(count, r => Math.Pow(first + (r * (last - first)), rho));
    }
}

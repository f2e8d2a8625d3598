namespace DiffusionHub.Sampling.Curves;

/// <summary>
/// A power ρ of even steps, taken in ln σ: k-diffusion's "polyexponential" (Crowson 2022). ρ = 1 is the exponential curve; larger takes
/// more of the steps near the picture.
/// </summary>
/// <param name="rho">ρ.</param>
public sealed class PolyexponentialCurve(double rho = 1) : ISigmaCurve
{
    /// <inheritdoc/>
    public double[] Sigmas(int count, double highest, double lowest) =>
        Ramp.Map(count, r => Math.Exp((Math.Pow(1 - r, rho) * (Math.Log(highest) - Math.Log(lowest))) + Math.Log(lowest)));
}

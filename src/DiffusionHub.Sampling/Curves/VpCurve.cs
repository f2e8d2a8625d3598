namespace DiffusionHub.Sampling.Curves;

/// <summary>
/// Even steps of the time t of the variance-preserving process: Song et al., "Score-Based Generative Modeling through Stochastic
/// Differential Equations" (2021), equation 33, where β(t) = β_min + β_d·t and so 1 + σ²(t) = exp(½·β_d·t² + β_min·t).
/// </summary>
/// <remarks>The paper's own range, also k-diffusion's default, is from <see cref="SigmaAt"/>(1) = 152.2 to <see cref="SigmaAt"/>(0.001) = 0.0105.</remarks>
/// <param name="betaD">β_d, the growth of β.</param>
/// <param name="betaMin">β_min, β at t = 0.</param>
public sealed class VpCurve(double betaD = 19.9, double betaMin = 0.1) : ISigmaCurve
{
    /// <inheritdoc/>
    public double[] Sigmas(int count, double highest, double lowest)
    {
        var (first, last) = (TimeOf(highest), TimeOf(lowest));
        return Ramp.Map(count, r => SigmaAt(first + (r * (last - first))));
    }

    /// <summary>σ/α at time <paramref name="t"/>.</summary>
    public double SigmaAt(double t) => Math.Sqrt(Math.Exp((0.5 * betaD * t * t) + (betaMin * t)) - 1);

    // The positive root of ½·β_d·t² + β_min·t = ln(1 + σ²).
    private double TimeOf(double sigma) => (Math.Sqrt((betaMin * betaMin) + (2 * betaD * Math.Log(1 + (sigma * sigma)))) - betaMin) / betaD;
}

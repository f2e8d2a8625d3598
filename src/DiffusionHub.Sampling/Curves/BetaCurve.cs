namespace DiffusionHub.Sampling.Curves;

/// <summary>Levels at the quantiles of a beta distribution: Lee et al., "Beta Sampling is All You Need" (2024).</summary>
/// <param name="a">First parameter.</param>
/// <param name="b">Second parameter.</param>
public sealed class BetaCurve(double a = 0.6, double b = 0.6) : ISigmaCurve
{
    /// <inheritdoc/>
    public double[] Sigmas(int count, double highest, double lowest) =>
        Ramp.Map(count, r => lowest + (BetaDistribution.Quantile(1 - r, a, b) * (highest - lowest)));
}

namespace DiffusionHub.Sampling.Curves;

/// <summary>Even steps of ln σ, hence of the log-SNR (Lu et al., "DPM-Solver", 2022, section 3.4).</summary>
public sealed class ExponentialCurve : ISigmaCurve
{
    /// <inheritdoc/>
    public double[] Sigmas(int count, double highest, double lowest)
    {
        var (first, last) = (Math.Log(highest), Math.Log(lowest));
        return Ramp.Map(count, r => Math.Exp(first + (r * (last - first))));
    }
}

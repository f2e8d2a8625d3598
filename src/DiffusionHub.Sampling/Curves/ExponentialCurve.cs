namespace DiffusionHub.Sampling.Curves;

/// <summary>Even steps of ln σ, hence of the log-SNR (Lu et al., "DPM-Solver", 2022, section 3.4).</summary>
/// <param name="rising">Counted from the lowest: a single level is then the lowest, as in diffusers' EDM schedulers.</param>
public sealed class ExponentialCurve(bool rising = false) : ISigmaCurve
{
    /// <inheritdoc/>
    public double[] Sigmas(int count, double highest, double lowest)
    {
        if (rising && count == 1)
        {
            return [lowest];
        }

        var (first, last) = (Math.Log(highest), Math.Log(lowest));
        return Ramp.Map(count, r => Math.Exp(first + (r * (last - first))));
    }
}

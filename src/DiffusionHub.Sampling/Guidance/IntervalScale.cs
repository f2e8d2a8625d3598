using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Guidance;

/// <summary>
/// Kynkäänniemi et al., "Applying Guidance in a Limited Interval Improves Sample and Distribution Quality in Diffusion Models" (2024),
/// section 3: guidance within σ_lo &lt; σ ≤ σ_hi, none (a scale of 1) outside of it.
/// </summary>
public sealed class IntervalScale : IGuidanceScale
{
    private readonly IGuidanceScale inside;
    private readonly double lowest;
    private readonly double highest;

    /// <summary>Limits <paramref name="inside"/> to an interval.</summary>
    /// <param name="inside">The scale within.</param>
    /// <param name="lowest">σ_lo as σ/α, at least 0.</param>
    /// <param name="highest">σ_hi as σ/α, above <paramref name="lowest"/>; infinite: no upper end.</param>
    /// <exception cref="ArgumentOutOfRangeException">The interval is empty or begins below 0.</exception>
    public IntervalScale(IGuidanceScale inside, double lowest, double highest)
    {
        if (!(lowest >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(lowest), lowest, "The lower end of the guidance interval must be at least 0.");
        }

        if (!(highest > lowest))
        {
            throw new ArgumentOutOfRangeException(nameof(highest), highest, "The upper end of the guidance interval must be above the lower end.");
        }

        (this.inside, this.lowest, this.highest) = (inside, lowest, highest);
    }

    /// <inheritdoc/>
    public double At(in NoiseLevel level)
    {
        var ratio = level.Sigma / level.Alpha;
        return ratio > lowest && ratio <= highest ? inside.At(level) : 1;
    }
}

namespace DiffusionHub.Sampling.Schedules;

/// <summary>DDIM's levels in DDPM's form (α² + σ² = 1): whole timesteps, and a way back that always counts T/N (whole division) timesteps down.</summary>
/// <param name="process">The training process.</param>
/// <param name="spacing">Spread of the timesteps.</param>
/// <param name="offset">Offset of the leading spacing.</param>
/// <param name="endsClean">True: the last step ends at ᾱ = 1; false: at ᾱ₀.</param>
public sealed class DdimSchedule(TrainingProcess process, TimestepSpacing spacing, int offset, bool endsClean) : ISigmaSchedule
{
    /// <inheritdoc/>
    public int Length => process.Length;

    /// <inheritdoc/>
    public SamplingPlan Plan(int steps, int skip = 0)
    {
        StepLimits.Check(steps, skip, Length);
        var stride = process.Length / steps;
        var plan = new SamplingStep[steps];
        var timesteps = Spacing.Timesteps(spacing, process.Length, steps, offset);
        for (var i = 0; i < steps; i++)
        {
            var t = (int)Math.Round(timesteps[i], MidpointRounding.ToEven);
            var previous = t - stride;
            plan[i] = new SamplingStep(process.At(t), previous >= 0 ? process.At(previous) : endsClean ? NoiseLevel.Clean : process.At(0));
        }

        return new SamplingPlan(plan, 1, new DiscreteLevels(process, StateForm.VariancePreserving)).Skip(skip);
    }
}

namespace DiffusionHub.Sampling.Schedules;

/// <summary>How much noise DDPM's steps add.</summary>
public enum DdpmVariance
{
    /// <summary>The posterior's variance β̃ (Ho et al. 2020, equation 7).</summary>
    FixedSmall,

    /// <summary>The process's own β (Ho et al. 2020, section 3.2).</summary>
    FixedLarge,
}

/// <summary>DDPM's levels: whole timesteps, each step leads to the next of them and the last to the picture; the fresh noise of each step is part of the plan.</summary>
/// <param name="process">The training process.</param>
/// <param name="spacing">Spread of the timesteps.</param>
/// <param name="offset">Offset of the leading spacing.</param>
/// <param name="variance">The noise of each step.</param>
public sealed class DdpmSchedule(TrainingProcess process, TimestepSpacing spacing, int offset, DdpmVariance variance) : ISigmaSchedule
{
    // Keeps the posterior's standard deviation above zero where nothing is left to add.
    private const double SmallestVariance = 1e-20;

    /// <inheritdoc/>
    public int Length => process.Length;

    /// <inheritdoc/>
    public SamplingPlan Plan(int steps, int skip = 0)
    {
        StepLimits.Check(steps, skip, Length);
        NoiseLevel[] ladder =
        [
            .. Spacing.Timesteps(spacing, process.Length, steps, offset).Select(t => process.At((int)Math.Round(t, MidpointRounding.ToEven))),
            NoiseLevel.Clean,
        ];
        var plan = new SamplingStep[steps];
        for (var i = 0; i < steps; i++)
        {
            var (from, to) = (ladder[i], ladder[i + 1]);
            plan[i] = new SamplingStep(from, to, Noise: from.Timestep > 0 ? Deviation(from, to) : 0);
        }

        return new SamplingPlan(plan, 1, new DiscreteLevels(process, StateForm.VariancePreserving)).Skip(skip);
    }

    private double Deviation(in NoiseLevel from, in NoiseLevel to)
    {
        var beta = 1 - Math.Pow(from.Alpha / to.Alpha, 2);
        var posterior = Math.Max(Math.Pow(to.Sigma / from.Sigma, 2) * beta, SmallestVariance);
        return Math.Sqrt(variance == DdpmVariance.FixedSmall ? posterior : beta);
    }
}

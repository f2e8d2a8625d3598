namespace DiffusionHub.Sampling.Schedules;

/// <summary>
/// k-diffusion's levels (α = 1) with the conventions of diffusers' Euler scheduler: timesteps may be fractional, σ is interpolated
/// between the training process's, and a last step leads to σ = 0.
/// </summary>
/// <param name="process">The training process.</param>
/// <param name="spacing">Spread of the timesteps.</param>
/// <param name="offset">Offset of the leading spacing.</param>
public sealed class EulerSchedule(TrainingProcess process, TimestepSpacing spacing, int offset) : ISigmaSchedule
{
    // Stands in for ᾱ = 0, whose σ would be infinite.
    private const float SmallestAlphaBar = 1f / (1 << 24);

    /// <inheritdoc/>
    public SamplingPlan Plan(int steps)
    {
        var timesteps = Spacing.Timesteps(spacing, process.Length, steps, offset);
        var levels = new NoiseLevel[steps + 1];
        for (var i = 0; i < steps; i++)
        {
            var t = (float)timesteps[i];
            levels[i] = new NoiseLevel(1, Sigma(t), t);
        }

        levels[steps] = new NoiseLevel(1, 0, 0);
        var plan = new SamplingStep[steps];
        for (var i = 0; i < steps; i++)
        {
            plan[i] = new SamplingStep(levels[i], levels[i + 1]);
        }

        return new SamplingPlan(plan, spacing == TimestepSpacing.Leading ? levels[0].Norm : levels[0].Sigma);
    }

    private float Sigma(float t)
    {
        var low = (int)MathF.Floor(t);
        var high = Math.Min(low + 1, process.Length - 1);
        return (float)(Whole(low) + ((Whole(high) - Whole(low)) * (double)(t - low)));
    }

    private float Whole(int t)
    {
        var bar = process.AlphaBars[t];
        if (bar <= 0)
        {
            bar = SmallestAlphaBar;
        }

        return MathF.Sqrt((1 - bar) / bar);
    }
}

using DiffusionHub.Sampling.Curves;

namespace DiffusionHub.Sampling.Schedules;

/// <summary>
/// The levels of the σ-based samplers on a discrete training process: timesteps by spacing, or levels by a curve and timesteps
/// from them. Every convention in which the original schedulers differ is a member of <see cref="DiscreteConventions"/>.
/// </summary>
/// <param name="process">The training process.</param>
/// <param name="conventions">What this sampler's original does.</param>
/// <param name="curve">The curve; null keeps the training process's levels at the spacing's timesteps.</param>
public sealed class DiscreteSchedule(TrainingProcess process, DiscreteConventions conventions, ISigmaCurve? curve = null) : ISigmaSchedule
{
    private readonly DiscreteLevels levels = new(process, conventions.Form);

    /// <inheritdoc/>
    public int Length => process.Length;

    /// <inheritdoc/>
    public SamplingPlan Plan(int steps, int skip = 0)
    {
        StepLimits.Check(steps, skip, Length);
        var timesteps = Timesteps(steps);
        double[] ratios = [.. timesteps.Select(process.SigmaAt)];
        if (curve is not null)
        {
            var (highest, lowest) = conventions.CurveSpansTable ? (process.Sigmas[^1], process.Sigmas[0]) : (ratios[0], ratios[^1]);
            ratios = curve.Sigmas(steps, conventions.SigmaMax ?? highest, conventions.SigmaMin ?? lowest);
            if (!conventions.CurveKeepsTimesteps)
            {
                timesteps = [.. ratios.Select(process.TimestepAt)];
                Round(timesteps, conventions.CurveTimesteps);
            }
        }

        var ladder = new NoiseLevel[steps + 1];
        for (var i = 0; i < steps; i++)
        {
            // float32, as the originals keep them.
            var ratio = (double)(float)ratios[i];
            ladder[i] = levels.Level(ratio, conventions.ContinuousTimesteps ? 0.25 * Math.Log(ratio) : timesteps[i]);
        }

        ladder[steps] = conventions.Final switch
        {
            FinalLevel.Clean => NoiseLevel.Clean,
            FinalLevel.TableEnd => levels.Level(process.Sigmas[0], 0),
            _ => ladder[steps - 1],
        };
        var plan = new SamplingStep[steps];
        for (var i = 0; i < steps; i++)
        {
            plan[i] = new SamplingStep(ladder[i], ladder[i + 1], conventions.MaxOrder(i, steps));
        }

        return new SamplingPlan(plan, InitialScale(ladder[0]), levels).Skip(skip);
    }

    private double[] Timesteps(int steps)
    {
        var length = conventions.Length ?? process.Length;
        double[] timesteps;
        if (conventions.OnePointMore && conventions.Spacing != TimestepSpacing.Trailing)
        {
            timesteps = Spacing.Timesteps(conventions.Spacing, length, steps + 1, conventions.Offset)[..^1];
        }
        else
        {
            timesteps = Spacing.Timesteps(conventions.Spacing, length, steps, conventions.Offset);
        }

        Round(timesteps, conventions.SpacedTimesteps);
        return timesteps;
    }

    private double InitialScale(NoiseLevel first) => conventions.Form == StateForm.VariancePreserving
        ? 1
        : conventions.Spacing == TimestepSpacing.Leading ? first.Norm : first.Sigma;

    private static void Round(double[] timesteps, TimestepRounding rounding)
    {
        for (var i = 0; i < timesteps.Length; i++)
        {
            timesteps[i] = rounding switch
            {
                TimestepRounding.Nearest => Math.Round(timesteps[i], MidpointRounding.ToEven),
                TimestepRounding.Down => Math.Floor(timesteps[i]),
                _ => timesteps[i],
            };
        }
    }
}

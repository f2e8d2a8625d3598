namespace DiffusionHub.Sampling.Schedules;

/// <summary>
/// The levels of distilled consistency models in DDPM's form: timesteps k·T/M − 1 of the M that the distillation used, from which N are
/// taken evenly, whole numbers rounded down.
/// </summary>
/// <param name="process">The training process.</param>
/// <param name="originalSteps">M, at most T.</param>
/// <param name="end">Level of the last step's end.</param>
public sealed class ConsistencySchedule(TrainingProcess process, int originalSteps, NoiseLevel end) : ISigmaSchedule
{
    /// <inheritdoc/>
    public int Length => process.Length;

    /// <inheritdoc/>
    public int MostSteps => Math.Min(originalSteps, Length);

    /// <inheritdoc/>
    public SamplingPlan Plan(int steps, int skip = 0)
    {
        StepLimits.Check(steps, skip, MostSteps);
        var stride = process.Length / originalSteps;
        NoiseLevel[] ladder =
        [
            .. Enumerable.Range(0, steps).Select(i => originalSteps - (int)Math.Floor(i * ((double)originalSteps / steps))).Select(k => process.At((k * stride) - 1)),
            end,
        ];
        SamplingStep[] plan = [.. Enumerable.Range(0, steps).Select(i => new SamplingStep(ladder[i], ladder[i + 1]))];
        return new SamplingPlan(plan, 1, new DiscreteLevels(process, StateForm.VariancePreserving)).Skip(skip);
    }
}

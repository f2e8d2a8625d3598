namespace DiffusionHub.Sampling.Schedules;

/// <summary>Chooses the noise levels for a number of steps.</summary>
public interface ISigmaSchedule
{
    /// <summary>The plan for <paramref name="steps"/> steps, at least 1.</summary>
    SamplingPlan Plan(int steps);
}

namespace DiffusionHub.Sampling.Schedules;

/// <summary>Chooses the noise levels for a number of steps.</summary>
public interface ISigmaSchedule
{
    /// <summary>Number of training timesteps.</summary>
    int Length { get; }

    /// <summary>Most steps that a plan can have.</summary>
    int MostSteps => Length;

    /// <summary>The plan for <paramref name="steps"/> steps, of which the first <paramref name="skip"/> are left out (image-to-image).</summary>
    /// <param name="steps">From 1 to <see cref="MostSteps"/>.</param>
    /// <param name="skip">From 0 to <paramref name="steps"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number out of its limits, which the message names.</exception>
    SamplingPlan Plan(int steps, int skip = 0);
}

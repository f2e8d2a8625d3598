using System.Globalization;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Stages;

/// <summary>
/// Image-to-image: Meng et al., "SDEdit: Guided Image Synthesis and Editing with Stochastic Differential Equations" (2021), section 3: the
/// walk begins at a given picture under the noise of a later step.
/// </summary>
public static class ImageToImage
{
    /// <summary>The last steps of a schedule, as many as <paramref name="strength"/> asks for: min(⌊steps·strength⌋, steps).</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="steps">Steps of the whole way.</param>
    /// <param name="strength">From 0 (the picture stays) to 1 (nothing of it stays).</param>
    /// <exception cref="ArgumentOutOfRangeException">A number out of its limits, which the message names, or no step is left.</exception>
    public static SamplingPlan Plan(ISigmaSchedule schedule, int steps, double strength) => schedule.Plan(steps, steps - StepsToRun(steps, strength));

    /// <summary>How many of <paramref name="steps"/> are run, at least 1.</summary>
    /// <inheritdoc cref="Plan"/>
    public static int StepsToRun(int steps, double strength)
    {
        if (strength is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(strength), strength, "The strength must be from 0 to 1.");
        }

        var run = Math.Min((int)(steps * strength), steps);
        return run >= 1 ? run : throw new ArgumentOutOfRangeException(nameof(strength), strength, string.Create(
            CultureInfo.InvariantCulture, $"No step is left to run: {steps} steps times a strength of {strength} must be at least 1. Raise one of them."));
    }

    /// <summary>The first state: x = α·picture + σ·noise at the plan's first level.</summary>
    /// <param name="plan">The plan, without the steps that are left out.</param>
    /// <param name="picture">The picture, or its latents, as the network knows them.</param>
    /// <param name="noise">Standard normal noise of the same length.</param>
    /// <param name="x">The state; may be one of the two.</param>
    public static void Start(SamplingPlan plan, ReadOnlySpan<float> picture, ReadOnlySpan<float> noise, Span<float> x)
    {
        var level = plan.Steps[0].From;
        Combination.Of(x, level.Alpha, picture, level.Sigma, noise);
    }
}

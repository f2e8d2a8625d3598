using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Pipelines.LatentDiffusion;

/// <summary>One walk by two models (Podell et al. 2023, section 2.5): the first takes the steps down to a noise level, the second the rest.</summary>
internal static class Handover
{
    /// <summary>The first model's steps.</summary>
    public static SamplingPlan Before(SamplingPlan plan, int length, double at)
    {
        var cut = Cut(length, at);
        return plan with { Steps = [.. plan.Steps.Where(step => Asked(step) >= cut)] };
    }

    /// <summary>The second model's.</summary>
    /// <param name="schedule">Its schedule.</param>
    /// <param name="steps">Steps of the whole way.</param>
    /// <param name="at">Part of the noise at which it takes over.</param>
    /// <param name="skipped">Steps that nobody takes, where the way begins at a picture.</param>
    public static SamplingPlan After(ISigmaSchedule schedule, int steps, double at, int skipped)
    {
        var cut = Cut(schedule.Length, at);
        var plan = schedule.Plan(steps);
        var taken = Math.Max(skipped, plan.Steps.Count(step => Asked(step) >= cut));
        return taken < steps ? schedule.Plan(steps, taken) : plan with { Steps = [] };
    }

    // The training timestep at which the models change.
    private static int Cut(int length, double at) => (int)Math.Round(length - (at * length));

    private static float Asked(SamplingStep step) => (step.Ask ?? step.From).Timestep;
}

using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Guidance;

/// <summary>Where in a plan a noise level lies.</summary>
internal static class PlanPosition
{
    /// <summary>
    /// Index of the step that <paramref name="level"/> belongs to: the last one that begins with no less noise, or the first. Levels that a
    /// sampler asks between two steps' beginnings belong to the earlier step, and so does what churn lifts above a beginning.
    /// </summary>
    public static int StepAt(this SamplingPlan plan, in NoiseLevel level)
    {
        var ratio = level.Sigma / level.Alpha;
        var found = 0;
        for (var i = 1; i < plan.Steps.Count; i++)
        {
            var asked = plan.Steps[i].Ask ?? plan.Steps[i].From;
            if (asked.Sigma / asked.Alpha >= ratio)
            {
                found = i;
            }
        }

        return found;
    }
}

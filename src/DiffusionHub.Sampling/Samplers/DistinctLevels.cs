using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>Multistep formulas divide by the distances between levels, and almost as many steps as timesteps can put two steps on one.</summary>
internal static class DistinctLevels
{
    /// <summary>The order, at most <paramref name="order"/>, for which no two levels of step <paramref name="i"/>'s formula are the same.</summary>
    public static int Limit(IReadOnlyList<SamplingStep> steps, int i, int order)
    {
        if (steps[i].From.LogSnr == steps[i].To.LogSnr)
        {
            return 1;
        }

        for (var k = 1; k < order; k++)
        {
            if (steps[i - k].From.LogSnr == steps[i - k + 1].From.LogSnr)
            {
                return k;
            }
        }

        return order;
    }
}

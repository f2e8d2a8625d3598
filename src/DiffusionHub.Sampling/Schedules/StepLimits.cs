using System.Globalization;

namespace DiffusionHub.Sampling.Schedules;

/// <summary>The limits of a plan's arguments, said in one way by every schedule.</summary>
internal static class StepLimits
{
    public static void Check(int steps, int skip, int most)
    {
        if (steps < 1 || steps > most)
        {
            throw new ArgumentOutOfRangeException(nameof(steps), steps, string.Create(CultureInfo.InvariantCulture, $"There can be 1 to {most} steps."));
        }

        if (skip < 0 || skip >= steps)
        {
            throw new ArgumentOutOfRangeException(nameof(skip), skip, string.Create(CultureInfo.InvariantCulture, $"Of {steps} steps, 0 to {steps - 1} can be left out."));
        }
    }
}

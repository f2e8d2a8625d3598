namespace DiffusionHub.Cli.Commands.Bench;

/// <summary>What benchmarks print of many samples: other work on the machine disturbs a median least.</summary>
internal static class Medians
{
    /// <summary>The middle one of some samples; of an even number the upper one.</summary>
    public static double Median(this IEnumerable<double> samples)
    {
        var sorted = samples.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}

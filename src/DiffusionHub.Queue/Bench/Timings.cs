namespace DiffusionHub.Queue.Bench;

/// <summary>Times of one kind of call, in milliseconds.</summary>
/// <param name="P50">The median.</param>
/// <param name="P99">99th percentile.</param>
/// <param name="Max">The worst.</param>
public sealed record Timings(double P50, double P99, double Max)
{
    internal static Timings Of(List<double> milliseconds)
    {
        milliseconds.Sort();
        return new Timings(milliseconds[milliseconds.Count / 2], milliseconds[milliseconds.Count * 99 / 100], milliseconds[^1]);
    }
}

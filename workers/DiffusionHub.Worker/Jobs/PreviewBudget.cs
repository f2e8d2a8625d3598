using System.Diagnostics;

namespace DiffusionHub.Worker.Jobs;

/// <summary>
/// Decides after which steps a preview is worth its time: previews may take a share of the run's time, counted from its first step on. The
/// first is always shown, the last step has none, because the picture itself follows.
/// </summary>
internal sealed class PreviewBudget(double share)
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private TimeSpan _spent;

    /// <summary>True where a preview after this step fits the budget.</summary>
    public bool Allows(int step, int steps) =>
        step < steps && (_spent == TimeSpan.Zero || _spent <= (Stopwatch.GetElapsedTime(_started) - _spent) * share);

    /// <summary>Makes a preview and counts its time.</summary>
    public void Count(TimeSpan cost) => _spent += cost;
}

namespace DiffusionHub.Worker.Jobs;

/// <summary>Says how long a preview may take: all of a run's together get a share of the time that the run itself has taken, counted from the budget's start on.</summary>
/// <param name="share">That share, 0 to 1.</param>
/// <param name="clock">The clock.</param>
internal sealed class PreviewBudget(double share, TimeProvider clock)
{
    private readonly long _started = clock.GetTimestamp();
    private TimeSpan _spent;

    /// <summary>Time for a preview after this step; zero for none. The last step has none, because the picture itself follows.</summary>
    public TimeSpan Left(int step, int steps)
    {
        var left = ((clock.GetElapsedTime(_started) - _spent) * share) - _spent;
        return step < steps && left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Takes what a preview took out of it.</summary>
    public void Count(TimeSpan cost) => _spent += cost;
}

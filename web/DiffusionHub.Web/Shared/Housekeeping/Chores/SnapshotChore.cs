using DiffusionHub.Queue;

namespace DiffusionHub.Web.Shared.Housekeeping.Chores;

/// <summary>Warns of a transaction that stays open: the event log waits for it, and dead rows cannot be cleared.</summary>
internal sealed partial class SnapshotChore(JobQueue queue, ILogger<SnapshotChore> logger) : IChore
{
    /// <inheritdoc />
    public string Name => "snapshot";

    /// <inheritdoc />
    public string Cron => "0 0/5 * * * ?";

    /// <inheritdoc />
    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        var health = await queue.ReadHealthAsync(cancellationToken);
        if (!health.Stalled)
        {
            return 0;
        }

        LogStalled(logger, health.OldestTransaction.TotalSeconds, health.ServerProcess, health.DeadRows);
        return 1;
    }

    [LoggerMessage(EventId = 120, Level = LogLevel.Warning, Message = "A transaction has been open for {Seconds:F0} s (server process {Process}): events wait for it, and {DeadRows} dead rows cannot go. See what holds it in pg_stat_activity.")]
    private static partial void LogStalled(ILogger logger, double seconds, int? process, long deadRows);
}

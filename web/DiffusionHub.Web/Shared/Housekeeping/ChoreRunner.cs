using DiffusionHub.Queue;

namespace DiffusionHub.Web.Shared.Housekeeping;

/// <summary>Runs chores and keeps what became of them.</summary>
internal sealed partial class ChoreRunner(IEnumerable<IChore> chores, Queue.Housekeeping house, TimeProvider time, ILogger<ChoreRunner> logger)
{
    private readonly string _node = $"{Environment.MachineName}, process {Environment.ProcessId}";

    /// <summary>Every chore, in the order in which they are shown.</summary>
    public IReadOnlyList<IChore> Chores { get; } = [.. chores];

    /// <summary>Runs one; a failure is kept and told to the log, and the chore is due again at its next time.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach, so that nothing can be kept.</exception>
    public async Task RunAsync(string name, CancellationToken cancellationToken)
    {
        // A name of an older or newer version's node is not ours to run.
        if (Chores.FirstOrDefault(c => string.Equals(c.Name, name, StringComparison.Ordinal)) is not { } chore)
        {
            return;
        }

        var (at, started, amount, error) = (time.GetUtcNow(), time.GetTimestamp(), 0L, (string?)null);
        try
        {
            amount = await chore.RunAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever it is: one chore's fault must not end the clock, and the administrator reads it on the page.
            LogFailed(logger, name, e);
            error = e.Message;
        }

        await house.SaveAsync(new ChoreRecord(name, at, time.GetElapsedTime(started), amount, error, _node), cancellationToken);
    }

    [LoggerMessage(EventId = 121, Level = LogLevel.Warning, Message = "Housekeeping: {Name} failed; it is due again at its next time.")]
    private static partial void LogFailed(ILogger logger, string name, Exception exception);
}

namespace DiffusionHub.Web.Shared.Housekeeping.Chores;

/// <summary>Sums the ended jobs of every hour that is over.</summary>
internal sealed class StatisticsChore(Queue.Housekeeping house, TimeProvider time) : IChore
{
    /// <inheritdoc />
    public string Name => "statistics";

    /// <inheritdoc />
    public string Cron => "0 5 * * * ?";

    /// <inheritdoc />
    public Task<long> RunAsync(CancellationToken cancellationToken) => house.RollUpAsync(time.GetUtcNow(), cancellationToken);
}

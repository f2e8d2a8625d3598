using DiffusionHub.Data.Settings;

namespace DiffusionHub.Web.Shared.Housekeeping.Chores;

/// <summary>Removes events that every reader has passed and idempotency keys of ended jobs, where they are older than the setting says.</summary>
internal sealed class EventsChore(Queue.Housekeeping house, HubSettings settings, TimeProvider time) : IChore
{
    /// <inheritdoc />
    public string Name => "events";

    /// <inheritdoc />
    public string Cron => "0 20 * * * ?";

    /// <inheritdoc />
    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow().AddDays(-settings.KeepEventsDays);
        return await house.DeleteEventsAsync(before, cancellationToken) + await house.DeleteKeysAsync(before, cancellationToken);
    }
}

using DiffusionHub.Data.Settings;

namespace DiffusionHub.Web.Shared.Housekeeping.Chores;

/// <summary>Removes ended jobs that are older than the setting says; the gallery keeps its pictures.</summary>
internal sealed class JobsChore(Queue.Housekeeping house, HubSettings settings, TimeProvider time) : IChore
{
    /// <inheritdoc />
    public string Name => "jobs";

    /// <inheritdoc />
    public string Cron => "0 10 3 * * ?";

    /// <inheritdoc />
    public Task<long> RunAsync(CancellationToken cancellationToken) =>
        house.DeleteOutcomesAsync(time.GetUtcNow().AddDays(-settings.KeepJobsDays), cancellationToken);
}

namespace DiffusionHub.Web.Shared.Housekeeping.Chores;

/// <summary>Removes forming pictures that nobody works at any more.</summary>
internal sealed class ProgressChore(Queue.Housekeeping house, TimeProvider time) : IChore
{
    private static readonly TimeSpan Age = TimeSpan.FromHours(1);

    /// <inheritdoc />
    public string Name => "progress";

    /// <inheritdoc />
    public string Cron => "0 25 * * * ?";

    /// <inheritdoc />
    public Task<long> RunAsync(CancellationToken cancellationToken) => house.DeleteProgressAsync(time.GetUtcNow() - Age, cancellationToken);
}

namespace DiffusionHub.Queue;

/// <summary>How the queue is, for whoever looks after it.</summary>
/// <param name="Rescued">Jobs that came back into the line because their worker died.</param>
/// <param name="Fenced">Finished results that were refused because their claim was over: each was made again by another worker.</param>
/// <param name="Snapshot">The oldest transaction in progress, or null where there is none.</param>
/// <param name="DeadRows">Dead rows of <c>queue.job</c>, as far as the server has counted.</param>
/// <param name="LiveRows">Rows of it that live, likewise.</param>
/// <param name="CleanedAt">When its dead rows were last cleared; null: never, or not since the server's statistics began.</param>
/// <param name="Stranded">Models that jobs wait for while no living worker has them.</param>
/// <param name="Waits">How long jobs that ended within the last hour had waited, a lane each.</param>
public sealed record QueueReport(
    Recently Rescued, Recently Fenced, OldSnapshot? Snapshot, long DeadRows, long LiveRows, DateTimeOffset? CleanedAt,
    IReadOnlyList<StrandedModel> Stranded, IReadOnlyList<LaneWaits> Waits);

/// <summary>How often something happened.</summary>
/// <param name="Hour">Within the last hour.</param>
/// <param name="Day">Within the last 24 hours, as far as events are kept.</param>
public sealed record Recently(long Hour, long Day);

/// <summary>A transaction that keeps dead rows from being cleared and holds the event log back.</summary>
/// <param name="Age">How long it has been open.</param>
/// <param name="ServerProcess">The server's process.</param>
/// <param name="Application">What its client calls itself.</param>
/// <param name="State">What the server says of it, such as <c>active</c> or <c>idle in transaction</c>.</param>
public sealed record OldSnapshot(TimeSpan Age, int ServerProcess, string Application, string State)
{
    /// <summary>True where somebody must look for it; the same bound as <see cref="QueueHealth.Stalled"/>.</summary>
    public bool Stalled => Age > QueueHealth.StalledAfter;
}

/// <summary>A model that jobs wait for while no living worker has it.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Since">Since when.</param>
public sealed record StrandedModel(string Model, DateTimeOffset Since);

/// <summary>How long jobs of a lane waited, from ready to claimed.</summary>
/// <param name="Lane">The lane.</param>
/// <param name="Jobs">Of so many jobs, of the newest <see cref="JobQueue.MostLately"/> of all lanes.</param>
/// <param name="Median">Half of them waited less; null: there were none.</param>
/// <param name="NinetyNinePercent">99 in 100 waited less.</param>
public sealed record LaneWaits(string Lane, long Jobs, TimeSpan? Median, TimeSpan? NinetyNinePercent);

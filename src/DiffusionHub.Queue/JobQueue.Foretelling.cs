namespace DiffusionHub.Queue;

// When jobs will start, and how the queue is.
public sealed partial class JobQueue
{
    /// <summary>
    /// How long the waiting jobs among these have still to wait; for one that waits for a time or for its next attempt, until it joins the line.
    /// One is missing where nobody can say: no living worker has its model, its lane is paused, its person runs as many as allowed, it waits
    /// for another job, or 2,000 of a model are before it. What a job in line is told first is kept, to learn how wrong it was.
    /// </summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public async Task<IReadOnlyDictionary<long, TimeSpan>> ReadEtasAsync(IReadOnlyCollection<long> jobIds, CancellationToken cancellationToken = default)
    {
        if (jobIds.Count == 0)
        {
            return new Dictionary<long, TimeSpan>();
        }

        var rows = await dataSource.RunAsync(
            connection => connection
                .Command(Sql.ReadEtas, Parameters.Of(jobIds.ToArray()))
                .ReadAsync(r => KeyValuePair.Create(r.GetInt64(0), TimeSpan.FromMilliseconds(r.GetDouble(1))), cancellationToken),
            repeatable: true,
            cancellationToken);
        return new Dictionary<long, TimeSpan>(rows);
    }

    /// <summary>How well the starts foretold of jobs that ended lately were met; null when there were none.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public async Task<EtaError?> ReadEtaErrorAsync(TimeSpan since, CancellationToken cancellationToken = default)
    {
        var rows = await dataSource.RunAsync(
            connection => connection
                .Command(Sql.ReadEtaError, Parameters.Of(since.TotalSeconds))
                .ReadAsync(r => r.GetInt64(0) == 0 ? null : new EtaError(r.GetInt64(0), r.GetDouble(1), r.GetDouble(2), r.GetDouble(3)), cancellationToken),
            repeatable: true,
            cancellationToken);
        return rows[0];
    }

    /// <summary>What slows the queue down although none of its statements fails.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public async Task<QueueHealth> ReadHealthAsync(CancellationToken cancellationToken = default) =>
        (await dataSource.RunAsync(
            connection => connection.Command(Sql.ReadHealth).ReadAsync(
                r => new QueueHealth(TimeSpan.FromSeconds(r.GetDouble(0)), Maybe<int>(r, 1), r.GetInt64(2), r.GetFieldValue<string[]>(3)), cancellationToken),
            repeatable: true,
            cancellationToken))[0];
}

using Npgsql;

namespace DiffusionHub.Queue;

/// <summary>Which live jobs to cancel; a null lets everything pass.</summary>
/// <param name="OwnerId">Only this person's.</param>
/// <param name="Lane">Only of this lane.</param>
/// <param name="Model">Only of this model.</param>
/// <param name="State">Only in this state.</param>
/// <param name="Before">Only those submitted before, by the database's clock.</param>
public sealed record CancelFilter(
    Guid? OwnerId = null, string? Lane = null, string? Model = null, Domain.Jobs.JobState? State = null, DateTimeOffset? Before = null);

// Waiting -> Deleted, Processing -> told to stop.
public sealed partial class JobQueue
{
    /// <summary>Cancels jobs: waiting ones at once, those in work between two steps. Ended ones are left alone.</summary>
    /// <param name="jobIds">The jobs.</param>
    /// <param name="ownerId">Only if they are this person's; null for an administrator.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many of them were live: gone now, or told to stop.</returns>
    public Task<int> CancelAsync(IReadOnlyCollection<long> jobIds, Guid? ownerId, CancellationToken cancellationToken = default) =>
        CancelAsync([.. jobIds], new CancelFilter(ownerId), cancellationToken);

    /// <summary>Cancels one job; see the other overload.</summary>
    public Task<int> CancelAsync(long jobId, Guid? ownerId, CancellationToken cancellationToken = default) =>
        CancelAsync([jobId], new CancelFilter(ownerId), cancellationToken);

    /// <summary>Cancels every live job of one person; see the other overload.</summary>
    public Task<int> CancelAllAsync(Guid ownerId, CancellationToken cancellationToken = default) =>
        CancelAsync(new CancelFilter(ownerId), cancellationToken);

    /// <summary>
    /// Cancels every live job that matches and was there when this was called, <see cref="CancelsAtOnce"/> in a transaction: a million at once
    /// would hold everybody's accounts until the statement's time is up.
    /// </summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach; what was cancelled until then stays cancelled.</exception>
    public async Task<int> CancelAsync(CancelFilter filter, CancellationToken cancellationToken = default)
    {
        var (sum, last) = (0, (long?)null);
        for (var after = 0L; await FindMatchingAsync(filter, after, last, cancellationToken) is { Count: > 0 } page; after = page[^1].JobId)
        {
            last ??= page[0].Last;
            sum += await CancelAsync([.. page.Select(p => p.JobId)], filter, cancellationToken);
        }

        return sum;
    }

    /// <summary>Jobs that one transaction of <see cref="CancelAsync(CancelFilter, CancellationToken)"/> takes at most.</summary>
    internal int CancelsAtOnce { get; init; } = 20_000;

    private Task<IReadOnlyList<(long JobId, long Last)>> FindMatchingAsync(CancelFilter filter, long after, long? last, CancellationToken cancellationToken) => RowsAsync(
        Sql.FindMatching, r => (r.GetInt64(0), r.GetInt64(1)), cancellationToken, Parameters.Of(filter.OwnerId), Parameters.Of(filter.Lane), Parameters.Of(filter.Model), Parameters.Of(filter.State?.ToString()),
        Parameters.Of(filter.Before), Parameters.Of(after), Parameters.Of(last), Parameters.Of((long)CancelsAtOnce));

    private async Task<int> CancelAsync(long[] jobIds, CancelFilter filter, CancellationToken cancellationToken)
    {
        var tries = 0;
        var rows = await dataSource.RunAsync(
            async connection =>
            {
                tries++;
                // Two statements, one transaction: the second sees what was committed while the first waited for its locks.
                await using var batch = new NpgsqlBatch(connection);
                batch.BatchCommands.Add(CancelCommand(Sql.LockAccounts, jobIds, filter));
                batch.BatchCommands.Add(CancelCommand(Sql.Cancel, jobIds, filter));
                await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
                await reader.NextResultAsync(cancellationToken);
                var found = new List<(long JobId, bool Running, bool Others)>();
                while (await reader.ReadAsync(cancellationToken))
                {
                    found.Add((reader.GetInt64(0), reader.GetBoolean(1), reader.GetBoolean(2)));
                }

                return found;
            },
            repeatable: true,
            cancellationToken);
        TellOfLost(tries);
        notifier.Cancelled(rows.Where(r => r.Running).Select(r => r.JobId));
        notifier.Changed(rows.Select(r => r.JobId));
        if (rows.Any(r => r.Others))
        {
            await TellDependentsAsync(cancellationToken);
        }

        return rows.Count;
    }

    private static NpgsqlBatchCommand CancelCommand(string sql, long[] jobIds, CancelFilter filter) => new(sql)
    {
        Parameters =
        {
            Parameters.Of(jobIds), Parameters.Of(filter.OwnerId), Parameters.Of(filter.Lane), Parameters.Of(filter.Model),
            Parameters.Of(filter.State?.ToString()), Parameters.Of(filter.Before),
        },
    };
}

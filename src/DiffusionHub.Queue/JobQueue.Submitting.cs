using Npgsql;

namespace DiffusionHub.Queue;

// (nothing) -> Enqueued or Scheduled.
public sealed partial class JobQueue
{
    private SubmitGroup? _group;

    /// <summary>
    /// Queues jobs, all or none; thousands are one statement, and what this process submits at the same time shares one (<see cref="SubmitGroup"/>).
    /// </summary>
    /// <param name="jobs">The jobs, in the order in which they should be served.</param>
    /// <param name="also">Statements that run in the same transaction after the insert; not where every key was known already.</param>
    /// <param name="cancellationToken">Gives up; then it may or may not have been committed.</param>
    /// <returns>The jobs' ids, in order; of a known <see cref="NewJob.IdempotencyKey"/>, the earlier job's.</returns>
    /// <exception cref="QueueRefusedException">
    /// A lane is unknown or draining, a payload too large or no JSON, a cost negative, a limit reached, a model of no known worker, a job to run
    /// after unknown or ended without success.
    /// </exception>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public async Task<IReadOnlyList<long>> SubmitAsync(
        IReadOnlyList<NewJob> jobs, IReadOnlyList<NpgsqlBatchCommand>? also = null, CancellationToken cancellationToken = default)
    {
        if (jobs.Count == 0)
        {
            return [];
        }

        SubmitRules.Check(jobs);
        if (jobs.Any(SubmitRules.HasLinks))
        {
            return await TellAsync(async connection =>
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                var ids = await InsertLinkedAsync(connection, jobs, also, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return ids;
            }, cancellationToken);
        }

        // A large submission would only make others wait for it.
        return also is not { Count: > 0 } && jobs.Count <= SubmitGroup.MostOfOne
            ? await LazyInitializer.EnsureInitialized(ref _group, () => new SubmitGroup(InsertGroupAsync)).SendAsync(jobs, cancellationToken)
            : await TellAsync(connection => InsertAsync(connection, SubmitRules.Command(jobs), also, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Queues a job into its slot: where a job of that person, slot and lane waits already, it takes over that one's number and place in line
    /// (live lane). What runs already goes on.
    /// </summary>
    /// <returns>The job's id, and whether a waiting one was replaced.</returns>
    /// <exception cref="QueueRefusedException">As in <see cref="SubmitAsync"/>.</exception>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public async Task<(long JobId, bool Replaced)> ReplaceAsync(NewJob job, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(job.Slot);
        SubmitRules.Check([job]);
        var result = await RefusableAsync(
            () => dataSource.RunAsync(
                async connection =>
                {
                    await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                    await using (var replace = new NpgsqlBatch(connection, transaction))
                    {
                        replace.BatchCommands.Add(new NpgsqlBatchCommand(Sql.SlotTurn) { Parameters = { Parameters.Of(job.OwnerId), Parameters.Of(job.Slot) } });
                        replace.BatchCommands.Add(SubmitRules.ReplaceCommand(job));
                        if (await ReadIdsAsync(replace, cancellationToken, skip: 1) is [var id])
                        {
                            await transaction.CommitAsync(cancellationToken);
                            return (id, true);
                        }
                    }

                    var ids = await InsertLinkedAsync(connection, [job], null, cancellationToken);
                    await transaction.CommitAsync(cancellationToken);
                    return (ids[0], false);
                },
                repeatable: false,
                cancellationToken));
        notifier.JobsReady();
        notifier.Changed([result.Item1]);
        return result;
    }

    /// <summary>Queues a Failed or Deleted job again, as a new job of the same group.</summary>
    /// <returns>The new job's id, or null when there is no such job to retry.</returns>
    /// <exception cref="QueueRefusedException">As in <see cref="SubmitAsync"/>.</exception>
    public async Task<long?> RetryAsync(long jobId, CancellationToken cancellationToken = default)
    {
        var found = await dataSource.RunAsync(
            connection => connection.Command(Sql.ReadRetry, Parameters.Of(jobId)).ReadAsync(
                r => new NewJob(r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetString(5))
                {
                    Work = new JobWork(r.GetString(6), r.GetInt32(7), r.GetInt32(8), r.GetInt32(9)),
                },
                cancellationToken),
            repeatable: true,
            cancellationToken);
        return found is [var job] ? (await SubmitAsync([job], null, cancellationToken))[0] : null;
    }

    private Task<IReadOnlyList<long>> InsertGroupAsync(IReadOnlyList<NewJob> jobs) =>
        TellAsync(connection => InsertAsync(connection, SubmitRules.Command(jobs), also: null, CancellationToken.None), CancellationToken.None);

    private async Task<IReadOnlyList<long>> TellAsync(Func<NpgsqlConnection, Task<IReadOnlyList<long>>> insert, CancellationToken cancellationToken)
    {
        var ids = await RefusableAsync(() => dataSource.RunAsync(insert, repeatable: false, cancellationToken));
        notifier.JobsReady();
        notifier.Changed(ids);
        return ids;
    }

    // Where every key is known, nothing is written: what goes with the jobs went with them the first time.
    private static async Task<IReadOnlyList<long>> InsertLinkedAsync(
        NpgsqlConnection connection, IReadOnlyList<NewJob> jobs, IReadOnlyList<NpgsqlBatchCommand>? also, CancellationToken cancellationToken)
    {
        var links = await SubmitLinks.FindAsync(connection, jobs, cancellationToken);
        if (links.Jobs.Count > 0)
        {
            await InsertAsync(connection, SubmitRules.Command(links.Jobs, links.FreshIds), also, cancellationToken);
        }

        return links.Ids;
    }

    private static async Task<IReadOnlyList<long>> InsertAsync(
        NpgsqlConnection connection, NpgsqlBatchCommand submit, IReadOnlyList<NpgsqlBatchCommand>? also, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(submit);
        AddAll(batch, also);
        return await ReadIdsAsync(batch, cancellationToken);
    }

    private static async Task<List<long>> ReadIdsAsync(NpgsqlBatch batch, CancellationToken cancellationToken, int skip = 0)
    {
        await batch.PrepareAsync(cancellationToken);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        for (var i = 0; i < skip; i++)
        {
            await reader.NextResultAsync(cancellationToken);
        }

        var ids = new List<long>();
        while (await reader.ReadAsync(cancellationToken))
        {
            ids.Add(reader.GetInt64(0));
        }

        while (await reader.NextResultAsync(cancellationToken))
        {
            // Errors of the later statements surface here.
        }

        return ids;
    }

    private static async Task<T> RefusableAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (PostgresException e) when (SubmitRules.Refusal(e) is { } refusal)
        {
            throw new QueueRefusedException(refusal, e) { Reason = SubmitRules.Words(e) };
        }
    }
}

using Npgsql;

namespace DiffusionHub.Queue;

// Processing -> Succeeded, Failed, Deleted, or another attempt.
public sealed partial class JobQueue
{
    /// <summary>Longest error text kept, in characters.</summary>
    private const int ErrorCharacters = 4_000;

    /// <summary>Ends a claimed job with its result; fenced, so that it happens at most once.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="result">What it cost.</param>
    /// <param name="also">What to publish (gallery rows): in the same transaction, and only when the result is Published.</param>
    /// <param name="cancellationToken">Gives up; ask again with the same claim to learn what became of it.</param>
    /// <exception cref="QueueUnavailableException">
    /// The database is out of reach: whether it was committed is unknown until it is asked again with the same claim.
    /// </exception>
    public async Task<FinishResult> FinishAsync(
        JobClaim claim, JobResult result, IReadOnlyList<NpgsqlBatchCommand>? also = null, CancellationToken cancellationToken = default) =>
        (await FinishAsync([new FinishedJob(claim, result, also)], cancellationToken))[0];

    /// <summary>
    /// Ends several claimed jobs of one worker with their results, each fenced by itself, in one transaction: a batch costs one commit. When what
    /// goes with one of them is refused, nothing of any is written; finish them one by one then.
    /// </summary>
    /// <returns>What became of each, in the order given.</returns>
    /// <exception cref="QueueUnavailableException">As in the other overload.</exception>
    /// <exception cref="PostgresException">The database refuses what goes with one of them.</exception>
    public async Task<IReadOnlyList<FinishResult>> FinishAsync(IReadOnlyList<FinishedJob> jobs, CancellationToken cancellationToken = default)
    {
        if (jobs.Select(j => j.Claim.Worker).Distinct().Count() != 1)
        {
            throw new ArgumentException("The claims must be one worker's.", nameof(jobs));
        }

        var ends = await dataSource.RunAsync(
            connection => FinishAsync(connection, jobs, cancellationToken),
            // It may be repeated, but by the caller: who publishes must know that an answer was lost, because then a later error is no "no".
            repeatable: false,
            cancellationToken);
        notifier.Changed(jobs.Zip(ends).Where(e => e.Second.Result != FinishResult.Fenced).Select(e => e.First.Claim.JobId));
        if (ends.Any(e => e.Room))
        {
            notifier.JobsReady();
        }

        if (ends.Any(e => e.Others))
        {
            await TellDependentsAsync(cancellationToken);
        }

        return [.. ends.Select(e => e.Result)];
    }

    /// <summary>Ends an attempt with an error.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="error">What went wrong, fit for people.</param>
    /// <param name="retry">False: another attempt would not help.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<FailResult> FailAsync(JobClaim claim, string error, bool retry, CancellationToken cancellationToken = default)
    {
        var rows = await dataSource.RunAsync(
            connection => connection
                .Command(
                    Sql.Fail, Parameters.Of(claim.JobId), Parameters.Of(claim.ClaimToken), Parameters.Of(claim.Worker.WorkerId),
                    Parameters.Of(claim.Worker.Epoch), Parameters.Of(Storable(error)), Parameters.Of(retry))
                .ReadAsync(r => (State: r.GetString(0), Others: r.GetBoolean(1)), cancellationToken),
            repeatable: false,
            cancellationToken);
        // Told even when nothing was found: an earlier try may have been committed while its answer, and so its notification, got lost.
        notifier.Changed([claim.JobId]);
        if (rows is [("Failed" or "Deleted", true)])
        {
            await TellDependentsAsync(cancellationToken);
        }

        return rows switch
        {
            [] => FailResult.Fenced,
            [("Scheduled", _)] => FailResult.Scheduled,
            [("Deleted", _)] => FailResult.Cancelled,
            _ => FailResult.Failed,
        };
    }

    private static async Task<List<(FinishResult Result, bool Others, bool Room)>> FinishAsync(
        NpgsqlConnection connection, IReadOnlyList<FinishedJob> jobs, CancellationToken cancellationToken)
    {
        // With nothing else to write, the statement is its own transaction: one round trip instead of three.
        await using var transaction = jobs.Any(j => j.Also is { Count: > 0 }) ? await connection.BeginTransactionAsync(cancellationToken) : null;
        // In the order in which a cancel locks jobs, so that the two never wait for each other.
        var sorted = jobs.OrderBy(j => j.Claim.JobId).ToList();
        var rows = (await connection
            .Command(
                Sql.Finish, Parameters.Of(sorted.Select(j => j.Claim.JobId).ToArray()), Parameters.Of(sorted.Select(j => j.Claim.ClaimToken).ToArray()),
                Parameters.Of(jobs[0].Claim.Worker.WorkerId), Parameters.Of(jobs[0].Claim.Worker.Epoch),
                Parameters.Of(sorted.Select(j => (double?)j.Result.DeviceMilliseconds).ToArray()))
            .ReadAsync(r => (JobId: r.GetInt64(0), State: r.GetString(1), Others: r.GetBoolean(2), Room: r.GetBoolean(3)), cancellationToken))
            .ToDictionary(r => r.JobId);
        if (transaction is not null)
        {
            await using var batch = new NpgsqlBatch(connection, transaction);
            foreach (var job in jobs.Where(j => rows.TryGetValue(j.Claim.JobId, out var row) && row.State == "Succeeded"))
            {
                AddAll(batch, job.Also);
            }

            if (batch.BatchCommands.Count > 0)
            {
                await batch.ExecuteNonQueryAsync(cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
        }

        var ends = new List<(FinishResult, bool, bool)>();
        foreach (var claim in jobs.Select(j => j.Claim))
        {
            // Where there is no row, an earlier try of this very finish may have been committed without its answer getting here.
            var found = rows.TryGetValue(claim.JobId, out var row);
            var state = found ? row.State : await ScalarAsync(
                connection.Command(Sql.ReadEnding, Parameters.Of(claim.JobId), Parameters.Of(claim.ClaimToken)), cancellationToken);
            ends.Add((state switch { "Succeeded" => FinishResult.Published, "Deleted" => FinishResult.Cancelled, _ => FinishResult.Fenced }, found && row.Others, found && row.Room));
        }

        return ends;
    }

    // What waited for a job that ended: it gets its place, or ends too. The end itself is committed: the reaper does this where it fails here.
    private async Task TellDependentsAsync(CancellationToken cancellationToken)
    {
        try
        {
            var ended = await Places.EndDependentsAsync(dataSource, cancellationToken);
            await Places.RefillAllAsync(dataSource, cancellationToken);
            notifier.Changed(ended);
        }
        catch (QueueUnavailableException)
        {
            notifier.AnythingChanged();
        }

        notifier.JobsReady();
    }

    // PostgreSQL stores neither NUL nor half a surrogate pair, and an error must never be lost to its own text.
    private static string Storable(string error)
    {
        var text = error.Length > ErrorCharacters ? error[..ErrorCharacters] : error;
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        return System.Text.Encoding.UTF8.GetString(bytes).Replace('\0', ' ');
    }
}

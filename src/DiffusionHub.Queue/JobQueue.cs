using System.Text;
using Npgsql;

namespace DiffusionHub.Queue;

/// <summary>
/// The job queue: submit, claim, finish, fail, release, cancel, retry, pause. Every method is one statement or one transaction, returns after
/// the commit, and posts its notifications then. docs/job-states.md draws the states.
/// </summary>
/// <param name="dataSource">The hub's database, best made by <see cref="QueueDatabase.Open"/>.</param>
/// <param name="notifier">Where notifications go; one a process.</param>
public sealed partial class JobQueue(NpgsqlDataSource dataSource, Notifier notifier) : IAsyncDisposable
{
    /// <summary>Largest payload in bytes of UTF-8.</summary>
    public const int PayloadBytes = 256 * 1024;

    /// <summary>Longest error text kept, in characters.</summary>
    private const int ErrorCharacters = 4_000;

    private readonly bool _ownsNotifier;

    /// <summary>A queue with a notifier of its own, disposed with it.</summary>
    public JobQueue(NpgsqlDataSource dataSource)
        : this(dataSource, new Notifier(dataSource)) => _ownsNotifier = true;

    /// <summary>Where this queue's notifications go.</summary>
    public Notifier Notifier => notifier;

    /// <summary>Queues jobs, all or none.</summary>
    /// <param name="jobs">The jobs, in the order in which they should be served.</param>
    /// <param name="also">Statements that run in the same transaction after the insert.</param>
    /// <param name="cancellationToken">Gives up; then it may or may not have been committed.</param>
    /// <returns>The jobs' ids, in order.</returns>
    /// <exception cref="QueueRefusedException">A lane is unknown, or a payload is too large or no JSON.</exception>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public async Task<IReadOnlyList<long>> SubmitAsync(
        IReadOnlyList<NewJob> jobs, IReadOnlyList<NpgsqlBatchCommand>? also = null, CancellationToken cancellationToken = default)
    {
        if (jobs.Count == 0)
        {
            return [];
        }

        foreach (var job in jobs)
        {
            if (Encoding.UTF8.GetByteCount(job.Payload) is var bytes and > PayloadBytes)
            {
                throw new QueueRefusedException(QueueText.Of(QueueTexts.PayloadTooLarge, bytes, PayloadBytes));
            }
        }

        try
        {
            var ids = await dataSource.RunAsync(
                async connection =>
                {
                    // One batch is one implicit transaction in one round trip.
                    await using var batch = new NpgsqlBatch(connection);
                    batch.BatchCommands.Add(SubmitCommand(jobs));
                    AddAll(batch, also);
                    await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
                    var found = new List<long>(jobs.Count);
                    while (await reader.ReadAsync(cancellationToken))
                    {
                        found.Add(reader.GetInt64(0));
                    }

                    while (await reader.NextResultAsync(cancellationToken))
                    {
                        // Errors of the later statements surface here.
                    }

                    return found;
                },
                repeatable: false,
                cancellationToken);
            notifier.JobsReady();
            notifier.Changed(ids);
            return ids;
        }
        catch (PostgresException e) when (Refusal(e, jobs) is { } refusal)
        {
            throw new QueueRefusedException(refusal, e);
        }
    }

    /// <summary>Takes the head of the line for a worker, with its batch mates where <paramref name="limit"/> leaves room.</summary>
    /// <returns>The claimed jobs in the line's order; empty when there is nothing this worker may do.</returns>
    public async Task<IReadOnlyList<JobClaim>> ClaimAsync(WorkerIdentity worker, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var claims = await dataSource.RunAsync(
            connection => connection
                .Command(Sql.Claim, Parameters.Of(worker.WorkerId), Parameters.Of(worker.Epoch), Parameters.Of(limit))
                .ReadAsync(
                    r => new JobClaim(
                        r.GetInt64(0), r.GetInt64(1), worker, r.GetGuid(2), r.GetGuid(3), r.GetString(4), r.GetString(5), r.GetString(6),
                        r.GetString(7), r.GetInt16(8), r.GetInt16(9), r.GetFieldValue<DateTimeOffset>(10)),
                    cancellationToken),
            repeatable: false,
            cancellationToken);
        if (claims.Count > 0)
        {
            notifier.Changed(claims.Select(c => c.JobId));
        }

        return claims;
    }

    /// <summary>Ends a claimed job with its result; fenced, so that it happens at most once.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="result">What it cost.</param>
    /// <param name="also">What to publish (gallery rows): in the same transaction, and only when the result is Published.</param>
    /// <param name="cancellationToken">Gives up; ask again with the same claim to learn what became of it.</param>
    /// <exception cref="QueueUnavailableException">
    /// The database is out of reach: whether it was committed is unknown until it is asked again with the same claim.
    /// </exception>
    public async Task<FinishResult> FinishAsync(
        JobClaim claim, JobResult result, IReadOnlyList<NpgsqlBatchCommand>? also = null, CancellationToken cancellationToken = default)
    {
        var finished = await dataSource.RunAsync(
            connection => FinishAsync(connection, claim, result, also, cancellationToken),
            // It may be repeated, but by the caller: who publishes must know that an answer was lost, because then a later error is no "no".
            repeatable: false,
            cancellationToken);
        if (finished != FinishResult.Fenced)
        {
            notifier.Changed([claim.JobId]);
        }

        return finished;
    }

    /// <summary>Ends an attempt with an error.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="error">What went wrong, fit for people.</param>
    /// <param name="retry">False: another attempt would not help.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<FailResult> FailAsync(JobClaim claim, string error, bool retry, CancellationToken cancellationToken = default)
    {
        var state = await dataSource.RunAsync(
            connection => ScalarAsync(
                connection.Command(
                    Sql.Fail, Parameters.Of(claim.JobId), Parameters.Of(claim.ClaimToken), Parameters.Of(claim.Worker.WorkerId),
                    Parameters.Of(claim.Worker.Epoch), Parameters.Of(Storable(error)), Parameters.Of(retry)),
                cancellationToken),
            repeatable: false,
            cancellationToken);
        // Told even when nothing was found: an earlier try may have been committed while its answer, and so its notification, got lost.
        notifier.Changed([claim.JobId]);
        return state switch
        {
            null => FailResult.Fenced,
            "Scheduled" => FailResult.Scheduled,
            "Deleted" => FailResult.Cancelled,
            _ => FailResult.Failed,
        };
    }

    /// <summary>
    /// Gives a claimed job back: it returns to its place in line and the attempt is not charged. A cancelled one ends as Deleted.
    /// </summary>
    /// <returns>False: the claim was no longer this worker's.</returns>
    public async Task<bool> ReleaseAsync(JobClaim claim, CancellationToken cancellationToken = default) =>
        await ReleaseAsync(claim.Worker, [claim.ClaimToken], [claim.JobId], others: false, cancellationToken) > 0;

    /// <summary>
    /// Gives back every job that the database counts as this worker's although it does not hold it: a claim whose answer was lost with the
    /// connection would stay Processing as long as its worker lives.
    /// </summary>
    /// <param name="worker">The worker.</param>
    /// <param name="held">The claims it does hold.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many were given back.</returns>
    public Task<int> ReleaseOthersAsync(WorkerIdentity worker, IEnumerable<JobClaim> held, CancellationToken cancellationToken = default) =>
        ReleaseAsync(worker, [.. held.Select(c => c.ClaimToken)], [], others: true, cancellationToken);

    /// <summary>Cancels jobs: waiting ones at once, those in work between two steps. Ended ones are left alone.</summary>
    /// <param name="jobIds">The jobs.</param>
    /// <param name="ownerId">Only if they are this person's; null for an administrator.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many of them were live: gone now, or told to stop.</returns>
    public Task<int> CancelAsync(IReadOnlyCollection<long> jobIds, Guid? ownerId, CancellationToken cancellationToken = default) =>
        CancelAsync(jobIds.ToArray(), ownerId, cancellationToken);

    /// <summary>Cancels one job; see the other overload.</summary>
    public Task<int> CancelAsync(long jobId, Guid? ownerId, CancellationToken cancellationToken = default) =>
        CancelAsync((long[])[jobId], ownerId, cancellationToken);

    /// <summary>Cancels every live job of one person.</summary>
    public Task<int> CancelAllAsync(Guid ownerId, CancellationToken cancellationToken = default) =>
        CancelAsync(null, ownerId, cancellationToken);

    /// <summary>Queues a Failed or Deleted job again, as a new job of the same group.</summary>
    /// <returns>The new job's id, or null when there is no such job to retry.</returns>
    public async Task<long?> RetryAsync(long jobId, CancellationToken cancellationToken = default)
    {
        var ids = await dataSource.RunAsync(
            connection => connection.Command(Sql.Retry, Parameters.Of(jobId)).ReadAsync(r => r.GetInt64(0), cancellationToken),
            repeatable: false,
            cancellationToken);
        if (ids.Count == 0)
        {
            return null;
        }

        notifier.JobsReady();
        notifier.Changed(ids);
        return ids[0];
    }

    /// <summary>Stops claims from a lane; what runs already goes on.</summary>
    /// <exception cref="QueueRefusedException">There is no such lane.</exception>
    public Task PauseAsync(string lane, CancellationToken cancellationToken = default) => SetPausedAsync(lane, true, cancellationToken);

    /// <summary>Lets a paused lane go on.</summary>
    /// <exception cref="QueueRefusedException">There is no such lane.</exception>
    public Task ResumeAsync(string lane, CancellationToken cancellationToken = default) => SetPausedAsync(lane, false, cancellationToken);

    /// <summary>Sends what is still to be told, when the notifier is its own.</summary>
    public ValueTask DisposeAsync() => _ownsNotifier ? notifier.DisposeAsync() : ValueTask.CompletedTask;
}

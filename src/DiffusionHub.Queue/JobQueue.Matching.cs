using Npgsql;

namespace DiffusionHub.Queue;

/// <summary>Which ended jobs to queue again; a null lets everything pass.</summary>
/// <param name="State">Failed or Deleted.</param>
/// <param name="OwnerId">Only this person's.</param>
/// <param name="Lane">Only of this lane.</param>
/// <param name="Model">Only of this model.</param>
/// <param name="Before">Only those that ended before, by the database's clock; null: before now.</param>
public sealed record RetryFilter(
    Domain.Jobs.JobState State = Domain.Jobs.JobState.Failed, Guid? OwnerId = null, string? Lane = null, string? Model = null, DateTimeOffset? Before = null);

/// <summary>How many jobs a filter matches.</summary>
/// <param name="At">When they were counted, by the database's clock: given as <c>Before</c>, what comes later is left alone.</param>
/// <param name="Jobs">So many.</param>
public sealed record MatchCount(DateTimeOffset At, long Jobs);

/// <summary>What became of a retry of many.</summary>
/// <param name="Queued">Jobs that are in line again.</param>
/// <param name="Refused">Jobs that were refused; they may be retried later.</param>
/// <param name="Reason">Why the first of these was.</param>
public sealed record RetryResult(int Queued, int Refused, string? Reason);

// What is done to all jobs that match.
public sealed partial class JobQueue
{
    private const int RetriesAtOnce = 500;

    /// <summary>How many live jobs <see cref="CancelAsync(CancelFilter, CancellationToken)"/> would take.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public Task<MatchCount> CountAsync(CancelFilter filter, CancellationToken cancellationToken = default) => CountAsync(
        Sql.CountLive, cancellationToken,
        Parameters.Of(filter.OwnerId), Parameters.Of(filter.Lane), Parameters.Of(filter.Model), Parameters.Of(filter.State?.ToString()), Parameters.Of(filter.Before));

    /// <summary>How many ended jobs <see cref="RetryAsync(RetryFilter, CancellationToken)"/> would queue again.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public Task<MatchCount> CountAsync(RetryFilter filter, CancellationToken cancellationToken = default) => CountAsync(
        Sql.CountRetries, cancellationToken,
        Parameters.Of(filter.State.ToString()), Parameters.Of(filter.OwnerId), Parameters.Of(filter.Lane), Parameters.Of(filter.Model), Parameters.Of(filter.Before));

    /// <summary>
    /// Queues every ended job again that matches, once: each has an idempotency key of its own, so a second call, also at the same time, makes no
    /// second job. What is refused (a full queue, a draining lane) leaves the others alone.
    /// </summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach; what was queued until then stays, and is not queued again by the next call.</exception>
    public async Task<RetryResult> RetryAsync(RetryFilter filter, CancellationToken cancellationToken = default)
    {
        // Without an end, jobs that are retried and fail again would match.
        var bounded = filter with { Before = filter.Before ?? (await CountAsync(filter, cancellationToken)).At };
        var result = new RetryResult(0, 0, null);
        for (var after = 0L; await ReadRetriesAsync(bounded, after, cancellationToken) is { Count: > 0 } page; after = page[^1].Ended)
        {
            result = await QueueAgainAsync(result, [.. page.Select(p => p.Job)], cancellationToken);
        }

        return result;
    }

    private async Task<RetryResult> QueueAgainAsync(RetryResult result, IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken)
    {
        try
        {
            await SubmitAsync(jobs, null, cancellationToken);
            return result with { Queued = result.Queued + jobs.Count };
        }
        catch (QueueRefusedException e)
        {
            // One person at the limit must not stop the others: what can be refused apart is asked for apart.
            var parts = jobs.GroupBy(j => (j.OwnerId, j.Lane, j.Model)).ToList();
            if (parts.Count == 1)
            {
                return result with { Refused = result.Refused + jobs.Count, Reason = result.Reason ?? e.Message };
            }

            foreach (var part in parts)
            {
                result = await QueueAgainAsync(result, [.. part], cancellationToken);
            }

            return result;
        }
    }

    private async Task<MatchCount> CountAsync(string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters) =>
        (await RowsAsync(sql, r => new MatchCount(r.GetFieldValue<DateTimeOffset>(0), r.GetInt64(1)), cancellationToken, parameters))[0];

    private Task<IReadOnlyList<(long Ended, NewJob Job)>> ReadRetriesAsync(RetryFilter filter, long after, CancellationToken cancellationToken) => RowsAsync(
        Sql.ReadRetries,
        r => (r.GetInt64(0), new NewJob(r.GetGuid(1), r.GetGuid(2), r.GetString(3), r.GetString(4), r.GetString(5), r.GetString(6))
        {
            Work = new JobWork(r.GetString(7), r.GetInt32(8), r.GetInt32(9), r.GetInt32(10)),
            IdempotencyKey = r.GetString(11),
        }),
        cancellationToken, Parameters.Of(filter.State.ToString()), Parameters.Of(filter.OwnerId), Parameters.Of(filter.Lane), Parameters.Of(filter.Model),
        Parameters.Of(filter.Before), Parameters.Of(after), Parameters.Of((long)RetriesAtOnce));
}

namespace DiffusionHub.Queue;

// Enqueued -> Processing, and back to where it was.
public sealed partial class JobQueue
{
    // How often a claim looks again when others took what it looked at.
    private const int MostLooks = 5;

    /// <summary>
    /// Takes the head of the line for a worker, with its batch mates where <paramref name="limit"/> leaves room. Models that the worker holds in
    /// memory are preferred for a while (claim.sql).
    /// </summary>
    /// <returns>The claimed jobs in the line's order; empty when there is nothing this worker may do.</returns>
    public async Task<IReadOnlyList<JobClaim>> ClaimAsync(WorkerIdentity worker, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        List<(JobClaim? Claim, bool Thin)> rows = [];
        for (var look = 0; look < MostLooks && (look == 0 || rows is [{ Claim: null }]); look++)
        {
            rows = await dataSource.RunAsync(
                connection => connection
                    .Command(Sql.Claim, Parameters.Of(worker.WorkerId), Parameters.Of(worker.Epoch), Parameters.Of(limit))
                    .ReadAsync<(JobClaim?, bool)>(
                        r => r.IsDBNull(0)
                            ? (null, false)
                            : (new JobClaim(
                                r.GetInt64(0), r.GetInt64(1), worker, r.GetGuid(2), r.GetGuid(3), r.GetString(4), r.GetString(5), r.GetString(6),
                                r.GetString(7), r.GetInt16(8), r.GetInt16(9), r.GetFieldValue<DateTimeOffset>(10)) { Waited = TimeSpan.FromSeconds(r.GetDouble(13)) }, r.GetBoolean(11)),
                        cancellationToken),
                repeatable: false,
                cancellationToken);
        }

        List<JobClaim> claims = [.. rows.Where(r => r.Claim is not null).Select(r => r.Claim!)];
        if (claims.Count > 0)
        {
            notifier.Changed(claims.Select(c => c.JobId));
            if (rows.FirstOrDefault(r => r.Thin).Claim is { } thin)
            {
                await RefillAsync(thin, cancellationToken);
            }
        }

        return claims;
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

    private async Task<int> ReleaseAsync(WorkerIdentity worker, long[] tokens, long[] jobIds, bool others, CancellationToken cancellationToken)
    {
        var tries = 0;
        var ids = await dataSource.RunAsync(
            connection =>
            {
                tries++;
                return connection
                    .Command(
                        Sql.Release, Parameters.Of(worker.WorkerId), Parameters.Of(worker.Epoch), Parameters.Of(tokens), Parameters.Of(others))
                    .ReadAsync(r => r.GetInt64(0), cancellationToken);
            },
            repeatable: true,
            cancellationToken);
        TellOfLost(tries);
        // Jobs asked for by name are told of even when none was found: an earlier call may have been committed without its answer getting here.
        if (ids.Union(jobIds).ToArray() is { Length: > 0 } told)
        {
            notifier.JobsReady();
            notifier.Changed(told);
        }

        return ids.Count;
    }

    // The claims are held already: an error here must not lose them. The reaper refills within a second.
    private async Task RefillAsync(JobClaim thin, CancellationToken cancellationToken)
    {
        try
        {
            if (await Places.RefillAsync(dataSource, thin.Lane, thin.OwnerId, thin.Model, cancellationToken) > 0)
            {
                // Others may have found nothing in the meantime.
                notifier.JobsReady();
            }
        }
        catch (QueueUnavailableException)
        {
            notifier.AnythingChanged();
        }
    }
}

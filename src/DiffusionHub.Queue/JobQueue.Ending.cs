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
        JobClaim claim, JobResult result, IReadOnlyList<NpgsqlBatchCommand>? also = null, CancellationToken cancellationToken = default)
    {
        var (finished, others, room) = await dataSource.RunAsync(
            connection => FinishAsync(connection, claim, result, also, cancellationToken),
            // It may be repeated, but by the caller: who publishes must know that an answer was lost, because then a later error is no "no".
            repeatable: false,
            cancellationToken);
        if (finished != FinishResult.Fenced)
        {
            notifier.Changed([claim.JobId]);
        }

        if (room)
        {
            notifier.JobsReady();
        }

        if (others)
        {
            await TellDependentsAsync(cancellationToken);
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

    private static async Task<(FinishResult Result, bool Others, bool Room)> FinishAsync(
        NpgsqlConnection connection, JobClaim claim, JobResult result, IReadOnlyList<NpgsqlBatchCommand>? also, CancellationToken cancellationToken)
    {
        // With nothing else to write, the statement is its own transaction: one round trip instead of three.
        await using var transaction = also is { Count: > 0 } ? await connection.BeginTransactionAsync(cancellationToken) : null;
        var rows = await connection
            .Command(
                Sql.Finish, Parameters.Of(claim.JobId), Parameters.Of(claim.ClaimToken), Parameters.Of(claim.Worker.WorkerId),
                Parameters.Of(claim.Worker.Epoch), Parameters.Of(result.DeviceMilliseconds))
            .ReadAsync(r => (State: r.GetString(0), Others: r.GetBoolean(1), Room: r.GetBoolean(2)), cancellationToken);
        var (state, others, room) = rows is [var row] ? row : (null, false, false);
        if (transaction is not null)
        {
            if (state == "Succeeded")
            {
                await using var batch = new NpgsqlBatch(connection, transaction);
                AddAll(batch, also);
                await batch.ExecuteNonQueryAsync(cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
        }

        // An earlier try of this very finish may have been committed without its answer getting here.
        state ??= await ScalarAsync(
            connection.Command(Sql.ReadEnding, Parameters.Of(claim.JobId), Parameters.Of(claim.ClaimToken)), cancellationToken);
        return (state switch { "Succeeded" => FinishResult.Published, "Deleted" => FinishResult.Cancelled, _ => FinishResult.Fenced }, others, room);
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

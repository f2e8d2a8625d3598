using Npgsql;

namespace DiffusionHub.Queue;

// How the transitions run: the statements are in Sql/.
public sealed partial class JobQueue
{
    private static NpgsqlBatchCommand SubmitCommand(IReadOnlyList<NewJob> jobs)
    {
        var command = new NpgsqlBatchCommand(Sql.Submit);
        command.Parameters.Add(Parameters.Of(jobs.Select(j => j.OwnerId).ToArray()));
        command.Parameters.Add(Parameters.Of(jobs.Select(j => j.GroupId).ToArray()));
        command.Parameters.Add(Parameters.Of(jobs.Select(j => j.Lane).ToArray()));
        command.Parameters.Add(Parameters.Of(jobs.Select(j => j.Model).ToArray()));
        command.Parameters.Add(Parameters.Of(jobs.Select(j => j.BatchKey).ToArray()));
        command.Parameters.Add(Parameters.Of(jobs.Select(j => j.Payload).ToArray()));
        return command;
    }

    private static void AddAll(NpgsqlBatch batch, IReadOnlyList<NpgsqlBatchCommand>? also)
    {
        foreach (var command in also ?? [])
        {
            batch.BatchCommands.Add(command);
        }
    }

    private static string? Refusal(PostgresException e, IReadOnlyList<NewJob> jobs) => e switch
    {
        { SqlState: PostgresErrorCodes.NotNullViolation, TableName: "job", ColumnName: "priority" } =>
            QueueText.Of(QueueTexts.UnknownLanes, string.Join(", ", jobs.Select(j => j.Lane).Distinct())),
        { SqlState: PostgresErrorCodes.CheckViolation, ConstraintName: "job_payload" } =>
            QueueText.Of(QueueTexts.PayloadTooLargeStored, PayloadBytes),
        { SqlState: PostgresErrorCodes.InvalidTextRepresentation or PostgresErrorCodes.UntranslatableCharacter or
            PostgresErrorCodes.CharacterNotInRepertoire } =>
            QueueText.Of(QueueTexts.PayloadNotJson, e.MessageText),
        _ => null,
    };

    private static async Task<FinishResult> FinishAsync(
        NpgsqlConnection connection, JobClaim claim, JobResult result, IReadOnlyList<NpgsqlBatchCommand>? also, CancellationToken cancellationToken)
    {
        // With nothing else to write, the statement is its own transaction: one round trip instead of three.
        await using var transaction = also is { Count: > 0 } ? await connection.BeginTransactionAsync(cancellationToken) : null;
        var state = await ScalarAsync(
            connection.Command(
                Sql.Finish, Parameters.Of(claim.JobId), Parameters.Of(claim.ClaimToken), Parameters.Of(claim.Worker.WorkerId),
                Parameters.Of(claim.Worker.Epoch), Parameters.Of(result.DeviceMilliseconds)),
            cancellationToken);
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
        return state switch
        {
            "Succeeded" => FinishResult.Published,
            "Deleted" => FinishResult.Cancelled,
            _ => FinishResult.Fenced,
        };
    }

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

    private async Task<int> CancelAsync(long[]? jobIds, Guid? ownerId, CancellationToken cancellationToken)
    {
        var tries = 0;
        var rows = await dataSource.RunAsync(
            connection =>
            {
                tries++;
                return connection
                    .Command(Sql.Cancel, Parameters.Of(jobIds), Parameters.Of(ownerId))
                    .ReadAsync(r => (JobId: r.GetInt64(0), Running: r.GetBoolean(1)), cancellationToken);
            },
            repeatable: true,
            cancellationToken);
        TellOfLost(tries);
        notifier.Cancelled(rows.Where(r => r.Running).Select(r => r.JobId));
        notifier.Changed(rows.Select(r => r.JobId));
        return rows.Count;
    }

    // A statement that ran twice may have moved jobs the first time, and only the rows of the second are known.
    private void TellOfLost(int tries)
    {
        if (tries > 1)
        {
            notifier.JobsReady();
            notifier.AnythingChanged();
        }
    }

    private async Task SetPausedAsync(string lane, bool paused, CancellationToken cancellationToken)
    {
        var name = await dataSource.RunAsync(
            connection => ScalarAsync(connection.Command(Sql.SetPaused, Parameters.Of(lane), Parameters.Of(paused)), cancellationToken),
            repeatable: true,
            cancellationToken);
        if (name is null)
        {
            throw new QueueRefusedException(QueueText.Of(QueueTexts.UnknownLane, lane));
        }

        notifier.LanesChanged();
        if (!paused)
        {
            notifier.JobsReady();
        }
    }

    private static async Task<string?> ScalarAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using (command)
        {
            return (string?)await command.ExecuteScalarAsync(cancellationToken);
        }
    }

    // PostgreSQL stores neither NUL nor half a surrogate pair, and an error must never be lost to its own text.
    private static string Storable(string error)
    {
        var text = error.Length > ErrorCharacters ? error[..ErrorCharacters] : error;
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        return System.Text.Encoding.UTF8.GetString(bytes).Replace('\0', ' ');
    }
}

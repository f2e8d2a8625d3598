using Npgsql;

namespace DiffusionHub.Queue;

/// <summary>What a reaping did.</summary>
/// <param name="Freed">Jobs of dead workers that are back in line.</param>
/// <param name="Ended">Jobs that ended: of dead workers with no attempt left or cancelled, and what waited for jobs without success.</param>
/// <param name="Promoted">Scheduled jobs whose time had come.</param>
public sealed record ReapResult(IReadOnlyList<long> Freed, IReadOnlyList<long> Ended, IReadOnlyList<long> Promoted);

/// <summary>
/// Gives the jobs of dead workers back, moves due ones into the line, books what finished jobs took, and clears what is left over. Any process
/// may run it at any time: one at a time has its turn. Workers do when a heartbeat says that it is due (<see cref="HeartbeatAnswer.ReapDue"/>).
/// </summary>
/// <param name="dataSource">The hub's database.</param>
/// <param name="notifier">Where notifications go.</param>
public sealed class Reaper(NpgsqlDataSource dataSource, Notifier notifier)
{
    /// <summary>Reaps, unless another process is at it: then null.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public async Task<ReapResult?> ReapAsync(CancellationToken cancellationToken = default)
    {
        var result = await dataSource.RunAsync(connection => ReapAsync(connection, cancellationToken), repeatable: true, cancellationToken);
        if (result is null)
        {
            return null;
        }

        result = result with { Ended = [.. result.Ended, .. await Places.EndDependentsAsync(dataSource, cancellationToken)] };
        var placed = await Places.RefillAllAsync(dataSource, cancellationToken);
        if (result.Freed.Count + result.Promoted.Count + placed > 0)
        {
            notifier.JobsReady();
        }

        if (result.Freed.Count + result.Ended.Count > 0)
        {
            notifier.WorkersChanged();
        }

        notifier.Changed([.. result.Freed, .. result.Ended, .. result.Promoted]);
        return result;
    }

    private static async Task<ReapResult?> ReapAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!(await connection.Command(Sql.ReapTurn).ReadAsync(r => r.GetBoolean(0), cancellationToken))[0])
        {
            return null;
        }

        await using var batch = new NpgsqlBatch(connection, transaction);
        // The order matters: jobs are orphans because of the epochs that the first statement raised.
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Sql.ReapWorkers));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Sql.ReapForget));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Sql.ReapProgress));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Sql.FoldAccounts));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Sql.FindStranded));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Sql.CountJobs));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Sql.ReapJobs) { Parameters = { Parameters.Of(QueueTexts.WorkerDied) } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Sql.ReapPromote));
        var freed = new List<long>();
        var ended = new List<long>();
        var promoted = new List<long>();
        await batch.PrepareAsync(cancellationToken);
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                (reader.GetString(1) == "Enqueued" ? freed : ended).Add(reader.GetInt64(0));
            }

            await reader.NextResultAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                promoted.Add(reader.GetInt64(0));
            }
        }

        await transaction.CommitAsync(cancellationToken);
        return new ReapResult(freed, ended, promoted);
    }
}

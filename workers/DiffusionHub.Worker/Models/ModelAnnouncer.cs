using System.Text.Json;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Mapping;
using DiffusionHub.Pipelines.Catalogue;
using DiffusionHub.Queue;
using Npgsql;
using NpgsqlTypes;

namespace DiffusionHub.Worker.Models;

/// <summary>Writes what this worker has where the web reads it, and takes back what nobody has any more.</summary>
/// <param name="dataSource">The hub's database.</param>
/// <param name="workerId">Who announces.</param>
internal sealed class ModelAnnouncer(NpgsqlDataSource dataSource, Guid workerId)
{
    /// <summary>How often to say it again.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    // Three may get lost before others believe that this worker is gone.
    private static readonly TimeSpan Forgotten = 4 * Interval;

    /// <summary>Announces all entries, broken ones with what is wrong.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach, or not migrated.</exception>
    public async Task AnnounceAsync(IReadOnlyList<InventoryItem> items, CancellationToken cancellationToken)
    {
        string[] names = [.. items.Select(item => item.Name).Distinct(StringComparer.Ordinal)];
        await RunAsync(
            [
                Command(Statements.AnnounceLock),
                .. items.DistinctBy(item => item.Name, StringComparer.Ordinal).Select(Announce),
                Command(Statements.OfferModels, workerId, names),
                Command(Statements.ForgetOffers, workerId, names, Forgotten.TotalSeconds),
                Command(Statements.WithdrawModels),
            ],
            cancellationToken);
    }

    /// <summary>This worker goes.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public Task LeaveAsync(CancellationToken cancellationToken) => RunAsync([Command(Statements.LeaveModels, workerId)], cancellationToken);

    private static NpgsqlBatchCommand Announce(InventoryItem item)
    {
        var record = item.Model is { } model
            ? JsonSerializer.Serialize(model.ToCapabilities() with { Notice = item.Notice }, RequestJson.Default.ModelCapabilities)
            : JsonSerializer.Serialize(item.ToAsset(), RequestJson.Default.ModelAsset);
        var command = Command(Statements.AnnounceModel, item.Name, item.Kind, item.Model?.Family ?? "");
        command.Parameters.Add(new() { Value = record, NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = (object?)item.Fault ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        return command;
    }

    private static NpgsqlBatchCommand Command(string text, params object[] values)
    {
        var command = new NpgsqlBatchCommand(text);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return command;
    }

    private async Task RunAsync(IEnumerable<NpgsqlBatchCommand> commands, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using var batch = new NpgsqlBatch(connection, transaction);
            foreach (var command in commands)
            {
                batch.BatchCommands.Add(command);
            }

            await batch.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName)
        {
            throw new QueueUnavailableException(new NpgsqlException(WorkerTexts.NotMigrated));
        }
        catch (Exception e) when (QueueDatabase.IsUnavailable(e))
        {
            throw new QueueUnavailableException(e);
        }
    }
}

using System.Text.Json;
using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;
using Npgsql;
using NpgsqlTypes;

namespace DiffusionHub.Worker.Models;

/// <summary>Writes what this worker's models can do where the web reads it.</summary>
internal static class ModelAnnouncer
{
    public static async Task AnnounceAsync(NpgsqlDataSource dataSource, IEnumerable<ModelCapabilities> models, CancellationToken cancellationToken)
    {
        await using var batch = dataSource.CreateBatch();
        // In one order everywhere, so that two workers that start at once cannot wait for each other's rows.
        foreach (var model in models.OrderBy(m => m.Name, StringComparer.Ordinal))
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(Statements.AnnounceModel)
            {
                Parameters =
                {
                    new() { Value = model.Name },
                    new() { Value = model.Family },
                    new() { Value = JsonSerializer.Serialize(model, RequestJson.Default.ModelCapabilities), NpgsqlDbType = NpgsqlDbType.Jsonb },
                },
            });
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}

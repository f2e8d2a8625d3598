using DiffusionHub.Migrations;
using Npgsql;
using Xunit;

namespace DiffusionHub.Queue.Tests;

/// <summary>A migrated database of its own for one test class.</summary>
public sealed class QueueFixture : IAsyncLifetime
{
    public string ConnectionString { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var server = Environment.GetEnvironmentVariable("HUB_TEST_DATABASE") ?? throw new InvalidOperationException("HUB_TEST_DATABASE is not set.");
        var name = $"queue_{Guid.NewGuid():N}";
        await using (var connection = new NpgsqlConnection(server))
        {
            await connection.OpenAsync();
            await using var create = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
            await create.ExecuteNonQueryAsync();
        }

        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
        await HubMigrator.MigrateAsync(ConnectionString);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

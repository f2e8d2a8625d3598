using DiffusionHub.Postgres;
using Npgsql;
using Xunit;

[assembly: AssemblyFixture(typeof(DiffusionHub.Tests.TestServer))]

namespace DiffusionHub.Tests;

/// <summary>One PostgreSQL a run: the server of HUB_TEST_DATABASE, or an embedded one that goes with the run.</summary>
public sealed class TestServer : IAsyncLifetime
{
    private static string connectionString = "";
    private readonly string _folder = Path.Combine("/tmp", $"hub-tests-{Guid.NewGuid():N}");
    private EmbeddedPostgres? _embedded;

    /// <summary>Makes an empty database and returns its connection string.</summary>
    public static async Task<string> NewDatabaseAsync()
    {
        var name = $"test_{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await create.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(connectionString) { Database = name }.ConnectionString;
    }

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("HUB_TEST_DATABASE") is { Length: > 0 } given)
        {
            connectionString = given;
            return;
        }

        // The server's own user must be able to enter it.
        Directory.CreateDirectory(_folder, (UnixFileMode)0b111_101_101);
        _embedded = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions(_folder) { Durable = false });
        connectionString = _embedded.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        if (_embedded is not null)
        {
            NpgsqlConnection.ClearAllPools();
            await _embedded.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }
    }
}

using DiffusionHub.Postgres;
using Npgsql;
using Xunit;

[assembly: AssemblyFixture(typeof(DiffusionHub.Tests.TestServer))]

namespace DiffusionHub.Tests;

/// <summary>
/// One PostgreSQL a run: the server of HUB_TEST_DATABASE, or an embedded one that goes with the run. Tests connect as the application's
/// role, as web and workers do; what needs more says so with <see cref="OwnerOf"/>.
/// </summary>
public sealed class TestServer : IAsyncLifetime
{
    private static string application = "";
    private static string owner = "";
    private readonly string _folder = Path.Combine("/tmp", $"hub-tests-{Guid.NewGuid():N}");
    private EmbeddedPostgres? _embedded;

    /// <summary>The application's role.</summary>
    public static string Role => new NpgsqlConnectionStringBuilder(application).Username!;

    /// <summary>Makes an empty database and returns the application's connection string. Migrate it with <c>HubMigrator.MigrateAsync(OwnerOf(it), Role)</c>.</summary>
    public static async Task<string> NewDatabaseAsync()
    {
        var name = $"test_{Guid.NewGuid():N}";
        await RunAsync(owner, $"CREATE DATABASE {name}");
        await RunAsync(owner, $"REVOKE ALL ON DATABASE {name} FROM PUBLIC; GRANT CONNECT ON DATABASE {name} TO {Role}");
        return new NpgsqlConnectionStringBuilder(application) { Database = name }.ConnectionString;
    }

    /// <summary>The owner's connection string of the same database: a superuser's.</summary>
    public static string OwnerOf(string database) =>
        new NpgsqlConnectionStringBuilder(owner) { Database = new NpgsqlConnectionStringBuilder(database).Database }.ConnectionString;

    /// <summary>Runs what only the owner may, in the database that <paramref name="database"/> leads to.</summary>
    public static Task RunAsOwnerAsync(string database, string sql) => RunAsync(OwnerOf(database), sql);

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("HUB_TEST_DATABASE") is { Length: > 0 } given)
        {
            application = given;
            owner = Environment.GetEnvironmentVariable("HUB_TEST_DATABASE_OWNER") is { Length: > 0 } other
                ? other
                : throw new InvalidOperationException("HUB_TEST_DATABASE is the application's role; HUB_TEST_DATABASE_OWNER must give a superuser of the same server.");
            return;
        }

        // The server's own user must be able to enter it.
        Directory.CreateDirectory(_folder, (UnixFileMode)0b111_101_101);
        _embedded = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions(_folder) { Durable = false });
        (application, owner) = (_embedded.ConnectionString, _embedded.OwnerConnectionString);
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

    private static async Task RunAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

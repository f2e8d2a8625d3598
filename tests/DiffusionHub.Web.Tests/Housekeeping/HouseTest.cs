using DiffusionHub.Data;
using DiffusionHub.Data.Blobs;
using DiffusionHub.Data.Settings;
using DiffusionHub.Migrations;
using DiffusionHub.Queue;
using DiffusionHub.Tests;
using DiffusionHub.Web.Shared.Data;
using DiffusionHub.Web.Shared.Housekeeping;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace DiffusionHub.Web.Tests.Housekeeping;

/// <summary>A migrated database and an empty picture folder for each test, and nodes on them.</summary>
public abstract class HouseTest : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-house-").FullName;

    internal NpgsqlDataSource DataSource { get; private set; } = null!;

    internal JobQueue Queue { get; private set; } = null!;

    internal HubDatabase Database { get; private set; } = null!;

    internal FolderBlobStore Blobs { get; private set; } = null!;

    internal DiffusionHub.Queue.Housekeeping House => new(DataSource);

    internal HubSettings Settings => new() { DataFolder = _folder };

    public async ValueTask InitializeAsync()
    {
        var connection = await TestServer.NewDatabaseAsync();
        await HubMigrator.MigrateAsync(TestServer.OwnerOf(connection), TestServer.Role);
        DataSource = QueueDatabase.Open(connection, "tests");
        Queue = new JobQueue(DataSource);
        await Queue.SetLimitsAsync(refuseUnrunnable: false);
        Blobs = new FolderBlobStore(Settings.PicturesFolder);
        Database = new HubDatabase(new Contexts(new DbContextOptionsBuilder<HubDbContext>().UseNpgsql(DataSource).Options));
    }

    public async ValueTask DisposeAsync()
    {
        await Queue.DisposeAsync();
        await DataSource.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>A node of the clock with these chores.</summary>
    internal ServiceProvider Node(string name, params IChore[] chores)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(DataSource);
        services.AddSingleton(House);
        foreach (var chore in chores)
        {
            services.AddSingleton(chore);
        }

        services.AddChoreClock(name);
        return services.BuildServiceProvider();
    }

    /// <summary>Stores a blob as if it had been so many hours ago.</summary>
    protected async Task StoreAsync(string key, double hoursAgo)
    {
        await Blobs.PutAsync(key, new byte[3], CancellationToken.None);
        File.SetLastWriteTimeUtc(Path.Combine(Settings.PicturesFolder, key), DateTime.UtcNow.AddHours(-hoursAgo));
    }

    protected IEnumerable<string> Stored() => Blobs.List().Select(b => b.Key).Order(StringComparer.Ordinal);

    protected async Task<long> SubmitAsync(string payload = "{}") =>
        (await Queue.SubmitAsync([new NewJob(Guid.NewGuid(), Guid.NewGuid(), "interactive", "sprout", "k", payload)]))[0];

    protected async Task PublishAsync(long job, string blob, string request = "{}")
    {
        await using var insert = DataSource.CreateCommand("""INSERT INTO hub.picture (id, owner_id, job_id, group_id, model, prompt, seed, width, height, request, blob_key, thumbnail_key, bytes, device_milliseconds) SELECT gen_random_uuid(), id, $1, gen_random_uuid(), 'm', '', 1, 8, 8, $2::jsonb, $3, $3 || '.thumb', 1, 1 FROM hub."user" """);
        insert.Parameters.Add(new NpgsqlParameter { Value = job });
        insert.Parameters.Add(new NpgsqlParameter { Value = request });
        insert.Parameters.Add(new NpgsqlParameter { Value = blob });
        await insert.ExecuteNonQueryAsync();
    }

    private sealed class Contexts(DbContextOptions<HubDbContext> options) : IDbContextFactory<HubDbContext>
    {
        public HubDbContext CreateDbContext() => new(options);
    }
}

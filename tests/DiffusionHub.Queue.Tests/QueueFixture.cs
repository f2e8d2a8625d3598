using DiffusionHub.Migrations;
using DiffusionHub.Tests;
using Xunit;

namespace DiffusionHub.Queue.Tests;

/// <summary>A migrated database of its own for one test class.</summary>
public sealed class QueueFixture : IAsyncLifetime
{
    public string ConnectionString { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        ConnectionString = await TestServer.NewDatabaseAsync();
        await HubMigrator.MigrateAsync(TestServer.OwnerOf(ConnectionString), TestServer.Role);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

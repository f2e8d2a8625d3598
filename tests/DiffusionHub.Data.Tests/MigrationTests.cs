using DiffusionHub.Migrations;
using DiffusionHub.Tests;
using Npgsql;
using Shouldly;
using Xunit;

namespace DiffusionHub.Data.Tests;

public sealed class MigrationTests : IAsyncLifetime
{
    private string _database = "";

    public async ValueTask InitializeAsync() => _database = await TestServer.NewDatabaseAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Empty_database_gets_every_schema_and_a_second_run_does_nothing()
    {
        (await HubMigrator.MigrateAsync(TestServer.OwnerOf(_database), TestServer.Role)).ShouldNotBeEmpty();
        (await ScalarAsync<long>("SELECT count(*) FROM pg_namespace WHERE nspname IN ('hub', 'queue', 'quartz')")).ShouldBe(3);
        (await HubMigrator.MigrateAsync(TestServer.OwnerOf(_database), TestServer.Role)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_nodes_that_start_at_once_migrate_once()
    {
        var applied = await Task.WhenAll(HubMigrator.MigrateAsync(TestServer.OwnerOf(_database), TestServer.Role), HubMigrator.MigrateAsync(TestServer.OwnerOf(_database), TestServer.Role));
        applied.ShouldContain(list => list.Count > 0);
        (await ScalarAsync<long>("SELECT count(*) FROM hub.migration")).ShouldBe(applied.Max(list => list.Count));
    }

    [Fact]
    public async Task Every_migration_can_be_taken_back_and_applied_again()
    {
        await HubMigrator.MigrateAsync(TestServer.OwnerOf(_database), TestServer.Role);
        await HubMigrator.RevertAsync(TestServer.OwnerOf(_database), "0");
        (await ScalarAsync<long>("SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'S') AND relname <> 'migration' AND relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('hub', 'queue', 'quartz'))")).ShouldBe(0);
        (await HubMigrator.MigrateAsync(TestServer.OwnerOf(_database), TestServer.Role)).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Local_user_is_there_from_the_start()
    {
        await HubMigrator.MigrateAsync(TestServer.OwnerOf(_database), TestServer.Role);
        (await ScalarAsync<Guid>("SELECT id FROM hub.\"user\"")).ShouldBe(Domain.People.User.LocalId);
    }

    private async Task<T> ScalarAsync<T>(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_database);
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}

using Npgsql;

namespace DiffusionHub.Postgres.Tests;

/// <summary>The two roles of the embedded server.</summary>
public sealed class RoleTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly TemporaryFolder folder = new();

    private EmbeddedPostgresOptions Options => new(folder.Path) { Durable = false };

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Application_has_no_power_over_the_server()
    {
        await using var postgres = await EmbeddedPostgres.StartAsync(Options);

        var login = await DatabaseServer.CheckAsync(postgres.ConnectionString, CancellationToken.None);
        (login.Role, login.IsSuperuser, login.Database).ShouldBe(("hub_application", false, "hub"));
        (await Database.AskAsync<bool>(
            postgres.ConnectionString, "SELECT rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication FROM pg_roles WHERE rolname = current_user")).ShouldBeFalse();
        foreach (var statement in new[]
        {
            "SELECT rolpassword FROM pg_authid", "CREATE ROLE other", "CREATE DATABASE other", "ALTER ROLE hub_application SUPERUSER", "SET ROLE hub", "CREATE TABLE x (y int)",
            "CREATE TEMPORARY TABLE x (y int)", "CREATE SCHEMA x", "SELECT pg_read_file('/etc/passwd')", "COPY (SELECT 1) TO PROGRAM 'true'", "ALTER SYSTEM SET fsync = off",
            "ALTER ROLE hub PASSWORD 'mine'", "DROP DATABASE postgres",
        })
        {
            (await Should.ThrowAsync<PostgresException>(() => Database.RunAsync(postgres.ConnectionString, statement), statement))
                .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, statement);
        }

        var elsewhere = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Database = "postgres" }.ConnectionString;
        (await Should.ThrowAsync<PostgresException>(() => Database.RunAsync(elsewhere, "SELECT 1"))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task Each_role_has_a_password_of_its_own_that_only_the_hubs_user_reads()
    {
        await using var postgres = await EmbeddedPostgres.StartAsync(Options);

        File.GetUnixFileMode(Options.PasswordFile).ShouldBe(Private);
        File.GetUnixFileMode(Options.ApplicationPasswordFile).ShouldBe(Private);
        (await File.ReadAllTextAsync(Options.ApplicationPasswordFile)).ShouldNotBe(await File.ReadAllTextAsync(Options.PasswordFile));
        EmbeddedPostgres.FindConnectionString(folder.Path).ShouldBe(postgres.ConnectionString);
        EmbeddedPostgres.FindOwnerConnectionString(folder.Path).ShouldBe(postgres.OwnerConnectionString);
        (await DatabaseServer.CheckAsync(postgres.OwnerConnectionString, CancellationToken.None)).IsSuperuser.ShouldBeTrue();
    }

    [Fact]
    public async Task Cluster_of_an_earlier_version_gets_the_role_at_its_next_start()
    {
        var earlier = await EmbeddedPostgres.StartAsync(Options);
        await Database.RunAsync(
            earlier.OwnerConnectionString,
            "CREATE TABLE kept AS SELECT 42 AS answer; REVOKE ALL ON DATABASE hub FROM hub_application; REVOKE pg_read_all_stats FROM hub_application; DROP ROLE hub_application");
        await earlier.StopAsync();
        File.Delete(Options.ApplicationPasswordFile);
        EmbeddedPostgres.FindConnectionString(folder.Path).ShouldBeNull();

        await using var postgres = await EmbeddedPostgres.StartAsync(Options);

        (await Database.AskAsync<string>(postgres.ConnectionString, "SELECT current_user::text")).ShouldBe("hub_application");
        (await Database.AskAsync<int>(postgres.OwnerConnectionString, "SELECT answer FROM kept")).ShouldBe(42);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("'; ALTER ROLE hub_application SUPERUSER; --")]
    [InlineData("ofanothercluster")]
    public async Task Role_is_put_right_at_each_start(string? stored)
    {
        var first = await EmbeddedPostgres.StartAsync(Options);
        await Database.RunAsync(first.OwnerConnectionString, "ALTER ROLE hub_application SUPERUSER CREATEDB PASSWORD 'changed'");
        await first.StopAsync();
        File.Delete(Options.ApplicationPasswordFile);
        if (stored is not null)
        {
            await File.WriteAllTextAsync(Options.ApplicationPasswordFile, stored);
        }

        await using var second = await EmbeddedPostgres.StartAsync(Options);

        (await Database.AskAsync<bool>(second.ConnectionString, "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user")).ShouldBeFalse();
    }

    [Fact]
    public async Task Two_roles_must_lead_to_one_database()
    {
        await using var postgres = await EmbeddedPostgres.StartAsync(Options);
        (await DatabaseServer.CheckAsync(postgres.ConnectionString, postgres.OwnerConnectionString, CancellationToken.None)).Role.ShouldBe("hub_application");

        var elsewhere = new NpgsqlConnectionStringBuilder(postgres.OwnerConnectionString) { Database = "postgres" }.ConnectionString;
        var refused = await Should.ThrowAsync<EmbeddedPostgresException>(() => DatabaseServer.CheckAsync(postgres.ConnectionString, elsewhere, CancellationToken.None));
        refused.Message.ShouldContain("HUB_DATABASE_OWNER");
        refused.Message.ShouldContain("“postgres”");
    }
}

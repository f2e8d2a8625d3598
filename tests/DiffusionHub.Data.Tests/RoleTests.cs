using DiffusionHub.Migrations;
using DiffusionHub.Tests;
using Npgsql;
using Shouldly;
using Xunit;

namespace DiffusionHub.Data.Tests;

/// <summary>What the application's role may do in a migrated database. That it may do all it needs is what the other suites show: they run as it.</summary>
public sealed class RoleTests : IAsyncLifetime
{
    private const string AddLine = "INSERT INTO people.audit (actor, via, action, subject) VALUES ('somebody', 'session', 'sign-in', 'x')";
    private string _database = "";

    public async ValueTask InitializeAsync()
    {
        _database = await TestServer.NewDatabaseAsync();
        await HubMigrator.MigrateAsync(TestServer.OwnerOf(_database), TestServer.Role);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Application_is_no_superuser()
    {
        (await ScalarAsync<bool>(_database, "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls FROM pg_roles WHERE rolname = current_user")).ShouldBeFalse();
        (await ScalarAsync<long>(_database, "SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")).ShouldBe(0);
    }

    [Theory]
    [InlineData("UPDATE people.audit SET actor = 'nobody'")]
    [InlineData("DELETE FROM people.audit")]
    [InlineData("TRUNCATE people.audit")]
    [InlineData("DROP TRIGGER audit_append_only ON people.audit")]
    [InlineData("ALTER TABLE people.audit DISABLE TRIGGER audit_append_only")]
    [InlineData("SET session_replication_role = replica")]
    [InlineData("CREATE OR REPLACE FUNCTION people.keep_audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$")]
    [InlineData("ALTER TABLE people.account ADD COLUMN x int")]
    [InlineData("ALTER TABLE people.account OWNER TO current_user")]
    [InlineData("DROP TABLE people.account")]
    [InlineData("TRUNCATE hub.picture CASCADE")]
    [InlineData("CREATE TABLE public.x (y int)")]
    [InlineData("CREATE TABLE people.x (y int)")]
    [InlineData("CREATE TABLE hub.x (y int)")]
    [InlineData("CREATE TABLE queue.x (y int)")]
    [InlineData("CREATE FUNCTION queue.x() RETURNS int LANGUAGE sql AS 'SELECT 1'")]
    [InlineData("CREATE TEMPORARY TABLE x (y int)")]
    [InlineData("CREATE SCHEMA x")]
    [InlineData("DELETE FROM hub.migration")]
    [InlineData("INSERT INTO hub.migration VALUES ('9999', 'x')")]
    [InlineData("SELECT rolpassword FROM pg_authid")]
    [InlineData("GRANT ALL ON people.audit TO current_user")]
    public async Task Application_may_not(string statement)
    {
        await RunAsync(_database, AddLine);
        var owner = TestServer.OwnerOf(_database);
        var granted = await ScalarAsync<string>(owner, "SELECT relacl::text FROM pg_class WHERE oid = 'people.audit'::regclass");
        if (statement.StartsWith("GRANT", StringComparison.Ordinal))
        {
            // Only a warning: nothing is granted.
            await RunAsync(_database, statement);
            (await ScalarAsync<string>(owner, "SELECT relacl::text FROM pg_class WHERE oid = 'people.audit'::regclass")).ShouldBe(granted);
            return;
        }

        (await Should.ThrowAsync<PostgresException>(() => RunAsync(_database, statement))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        (await ScalarAsync<long>(_database, "SELECT count(*) FROM people.audit WHERE actor = 'somebody'")).ShouldBe(1);
    }

    [Fact]
    public async Task Application_may_read_and_write_rows_of_every_other_table()
    {
        (await ScalarAsync<string[]>(_database, """
            SELECT array_agg(format('%I.%I %s', n.nspname, c.relname, p) ORDER BY n.nspname, c.relname, p)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS p
            WHERE n.nspname IN ('hub', 'queue', 'quartz', 'people') AND c.relkind = 'r' AND NOT has_table_privilege(c.oid, p)
            """)).ShouldBe(["hub.migration DELETE", "hub.migration INSERT", "hub.migration UPDATE", "people.audit DELETE", "people.audit UPDATE"]);
        (await ScalarAsync<bool>(_database, "SELECT bool_or(has_table_privilege(c.oid, p)) FROM pg_class c, unnest(ARRAY['TRUNCATE', 'TRIGGER', 'REFERENCES']) AS p WHERE c.relnamespace IN ('hub'::regnamespace, 'queue'::regnamespace, 'quartz'::regnamespace, 'people'::regnamespace) AND c.relkind = 'r'"))
            .ShouldBeFalse();
    }

    [Fact]
    public async Task Later_tables_and_sequences_are_covered()
    {
        await TestServer.RunAsOwnerAsync(_database, "CREATE TABLE people.later (id bigint GENERATED ALWAYS AS IDENTITY, x int); CREATE SEQUENCE queue.later");
        await RunAsync(_database, "INSERT INTO people.later (x) VALUES (1); UPDATE people.later SET x = 2; SELECT setval('queue.later', 5); DELETE FROM people.later");
    }

    [Fact]
    public async Task What_was_granted_by_hand_is_taken_back_by_the_next_migration()
    {
        var owner = TestServer.OwnerOf(_database);
        await TestServer.RunAsOwnerAsync(_database, $"GRANT ALL ON people.audit, hub.migration TO {TestServer.Role}");
        (await HubMigrator.MigrateAsync(owner, TestServer.Role)).ShouldBeEmpty();
        (await ScalarAsync<bool>(_database, "SELECT has_table_privilege('people.audit', 'UPDATE') OR has_table_privilege('hub.migration', 'INSERT')")).ShouldBeFalse();
    }

    [Fact]
    public async Task One_role_for_everything_works_and_the_trigger_still_keeps_the_audit_log()
    {
        // A server of one's own: the database belongs to its only role.
        var name = $"one_{Guid.NewGuid():N}";
        await TestServer.RunAsOwnerAsync(_database, $"CREATE ROLE {name} LOGIN PASSWORD 'one'");
        await TestServer.RunAsOwnerAsync(_database, $"CREATE DATABASE {name} OWNER {name}");
        var alone = new NpgsqlConnectionStringBuilder(_database) { Database = name, Username = name, Password = "one" }.ConnectionString;
        (await HubMigrator.MigrateAsync(alone)).ShouldNotBeEmpty();
        (await HubMigrator.MigrateAsync(alone, name)).ShouldBeEmpty();

        await RunAsync(alone, AddLine);
        foreach (var statement in new[] { "UPDATE people.audit SET actor = 'x'", "DELETE FROM people.audit", "TRUNCATE people.audit" })
        {
            (await Should.ThrowAsync<PostgresException>(() => RunAsync(alone, statement))).MessageText.ShouldContain("only ever added to");
        }
    }

    [Fact]
    public async Task Role_with_an_odd_name_is_quoted()
    {
        var name = $"odd \"; DROP SCHEMA people CASCADE; --{Guid.NewGuid():N}"[..60];
        await TestServer.RunAsOwnerAsync(_database, $"CREATE ROLE \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
        await HubMigrator.MigrateAsync(TestServer.OwnerOf(_database), name);
        (await ScalarAsync<bool>(_database, $"SELECT has_table_privilege('{name}', 'people.account', 'SELECT')")).ShouldBeTrue();
    }

    private static async Task RunAsync(string connection, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<T> ScalarAsync<T>(string connection, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}

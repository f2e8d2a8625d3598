using System.Globalization;
using Npgsql;

namespace DiffusionHub.Postgres.Tests;

public sealed class StartTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private EmbeddedPostgresOptions Options => new(folder.Path) { Durable = false };

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task First_start_makes_a_database_that_only_its_password_opens()
    {
        await using var postgres = await EmbeddedPostgres.StartAsync(Options);

        (await Database.AskAsync<string>(postgres.ConnectionString, "SELECT version()")).ShouldStartWith("PostgreSQL 18");
        (await Database.AskAsync<string>(postgres.ConnectionString, "SHOW server_encoding")).ShouldBe("UTF8");
        (await Database.AskAsync<string>(postgres.ConnectionString, "SELECT upper('é')")).ShouldBe("É");
        var stranger = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Password = "guess" }.ConnectionString;
        (await Should.ThrowAsync<PostgresException>(() => Database.AskAsync<int>(stranger, "SELECT 1"))).SqlState.ShouldBe(PostgresErrorCodes.InvalidPassword);
        File.GetUnixFileMode(Options.PasswordFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        EmbeddedPostgres.FindConnectionString(folder.Path).ShouldBe(postgres.ConnectionString);
        Directory.EnumerateFileSystemEntries(folder.Path, "postgres.new-*").ShouldBeEmpty();
    }

    [Fact]
    public async Task Second_start_has_the_same_port_and_the_data()
    {
        var first = await EmbeddedPostgres.StartAsync(Options);
        await Database.RunAsync(first.OwnerConnectionString, "CREATE TABLE kept AS SELECT 42 AS answer");
        await first.StopAsync();
        first.Exited.IsCompleted.ShouldBeTrue();

        await using var second = await EmbeddedPostgres.StartAsync(Options);

        second.ConnectionString.ShouldBe(first.ConnectionString);
        (await Database.AskAsync<int>(second.OwnerConnectionString, "SELECT answer FROM kept")).ShouldBe(42);
    }

    [Fact]
    public async Task Durable_server_keeps_its_promises()
    {
        await using var postgres = await EmbeddedPostgres.StartAsync(Options with { Durable = true });

        (await Database.AskAsync<string>(postgres.ConnectionString, "SHOW fsync")).ShouldBe("on");
        (await Database.AskAsync<string>(postgres.ConnectionString, "SHOW synchronous_commit")).ShouldBe("on");
        (await Database.AskAsync<string>(postgres.ConnectionString, "SHOW data_checksums")).ShouldBe("on");
    }

    [Fact]
    public async Task Taken_port_is_replaced_at_a_start()
    {
        var first = await EmbeddedPostgres.StartAsync(Options);
        await first.StopAsync();
        using var other = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, first.ServerPort);
        other.Start();

        await using var second = await EmbeddedPostgres.StartAsync(Options);

        second.ServerPort.ShouldNotBe(first.ServerPort);
        (await Database.AskAsync<int>(second.ConnectionString, "SELECT 1")).ShouldBe(1);
    }

    [Fact]
    public async Task Second_server_on_the_same_folder_is_refused()
    {
        await using var postgres = await EmbeddedPostgres.StartAsync(Options);

        var refused = await Should.ThrowAsync<EmbeddedPostgresException>(() => EmbeddedPostgres.StartAsync(Options));

        refused.Message.ShouldContain("hub down");
        (await Database.AskAsync<int>(postgres.ConnectionString, "SELECT 1")).ShouldBe(1);
    }

    [Fact]
    public async Task Folder_reached_through_a_link_is_the_same_folder()
    {
        using var elsewhere = new TemporaryFolder();
        var link = Path.Combine(elsewhere.Path, "link");
        Directory.CreateSymbolicLink(link, folder.Path);
        await using var postgres = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions(link) { Durable = false });

        await Should.ThrowAsync<EmbeddedPostgresException>(() => EmbeddedPostgres.StartAsync(Options));
    }

    [Fact]
    public async Task Lost_password_file_is_made_anew()
    {
        var first = await EmbeddedPostgres.StartAsync(Options);
        await Database.RunAsync(first.OwnerConnectionString, "CREATE TABLE kept AS SELECT 42 AS answer");
        await first.StopAsync();
        File.Delete(Options.PasswordFile);

        await using (var second = await EmbeddedPostgres.StartAsync(Options))
        {
            (await Database.AskAsync<int>(second.OwnerConnectionString, "SELECT answer FROM kept")).ShouldBe(42);
        }

        await File.WriteAllTextAsync(Options.PasswordFile, "of another cluster");
        await using var third = await EmbeddedPostgres.StartAsync(Options);
        (await Database.AskAsync<int>(third.OwnerConnectionString, "SELECT answer FROM kept")).ShouldBe(42);
    }

    [Fact]
    public async Task Server_hears_no_interrupt_of_the_terminal()
    {
        await using var postgres = await EmbeddedPostgres.StartAsync(Options);
        var session = (await File.ReadAllTextAsync(string.Create(CultureInfo.InvariantCulture, $"/proc/{postgres.ProcessId}/stat"))).Split(' ')[5];

        session.ShouldBe(postgres.ProcessId.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Given_server_is_held_against_the_oldest_version()
    {
        await using var postgres = await EmbeddedPostgres.StartAsync(Options);
        await DatabaseServer.CheckAsync(postgres.ConnectionString, CancellationToken.None);

        var wrong = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Password = "a-secret-guess" }.ConnectionString;
        var refused = await Should.ThrowAsync<EmbeddedPostgresException>(() => DatabaseServer.CheckAsync(wrong, CancellationToken.None));
        refused.Message.ShouldContain("password authentication failed");
        refused.Message.ShouldNotContain("a-secret-guess");
        (await Should.ThrowAsync<EmbeddedPostgresException>(() => DatabaseServer.CheckAsync("Host=127.0.0.1;Port=1;Username=x", CancellationToken.None)))
            .Message.ShouldContain("127.0.0.1:1");
        (await Should.ThrowAsync<EmbeddedPostgresException>(() => DatabaseServer.CheckAsync("postgres://somewhere", CancellationToken.None)))
            .Message.ShouldContain("HUB_DATABASE");
    }
}

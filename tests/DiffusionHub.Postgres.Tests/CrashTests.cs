using System.Diagnostics;
using System.Globalization;

namespace DiffusionHub.Postgres.Tests;

public sealed class CrashTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private EmbeddedPostgresOptions Options => new(folder.Path);

    private string PidFile => Path.Combine(Options.Cluster, "postmaster.pid");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Killed_server_starts_again_with_every_committed_row()
    {
        var first = await EmbeddedPostgres.StartAsync(Options);
        await Database.RunAsync(first.OwnerConnectionString, "CREATE TABLE kept AS SELECT 42 AS answer");
        NativeCalls.Signal(first.ProcessId, NativeCalls.Kill).ShouldBeTrue();
        await first.Exited;
        await first.StopAsync();

        await using var second = await EmbeddedPostgres.StartAsync(Options);

        (await Database.AskAsync<int>(second.OwnerConnectionString, "SELECT answer FROM kept")).ShouldBe(42);
    }

    [Fact]
    public async Task Server_that_died_restarts_on_its_port()
    {
        await using var postgres = await EmbeddedPostgres.StartAsync(Options);
        var before = postgres.OwnerConnectionString;
        await Database.RunAsync(before, "CREATE TABLE kept AS SELECT 42 AS answer");
        NativeCalls.Signal(postgres.ProcessId, NativeCalls.Kill);
        await postgres.Exited;

        await postgres.RestartAsync(CancellationToken.None);

        postgres.OwnerConnectionString.ShouldBe(before);
        (await Database.AskAsync<int>(before, "SELECT answer FROM kept")).ShouldBe(42);
    }

    [Fact]
    public async Task Pid_file_that_names_a_living_stranger_locks_nobody_out()
    {
        var first = await EmbeddedPostgres.StartAsync(Options);
        await Database.RunAsync(first.OwnerConnectionString, "CREATE TABLE kept AS SELECT 42 AS answer");
        NativeCalls.Signal(first.ProcessId, NativeCalls.Kill);
        await first.Exited;
        await first.StopAsync();
        // The stranger runs as the server's own user: PostgreSQL alone would refuse to start.
        var user = await ServerUser.OfAsync(Options.Cluster, CancellationToken.None);
        using var stranger = Process.Start("setpriv", [.. user.Prefix("clear").Skip(2), "sleep", "600"]);
        await File.WriteAllTextAsync(PidFile, string.Create(CultureInfo.InvariantCulture, $"{stranger.Id}\n{Options.Cluster}\n1\n{first.ServerPort}\n\n127.0.0.1\n 1 1\nready   \n"));

        await using (var second = await EmbeddedPostgres.StartAsync(Options))
        {
            (await Database.AskAsync<int>(second.OwnerConnectionString, "SELECT answer FROM kept")).ShouldBe(42);
        }

        stranger.HasExited.ShouldBeFalse();
        stranger.Kill();
    }

    [Fact]
    public async Task Server_left_by_a_killed_hub_is_ended_and_started_anew()
    {
        var options = Options;
        var first = await EmbeddedPostgres.StartAsync(options);
        await Database.RunAsync(first.OwnerConnectionString, "CREATE TABLE kept AS SELECT 42 AS answer");
        await first.StopAsync();
        var user = await ServerUser.OfAsync(options.Cluster, CancellationToken.None);
        var binaries = await Binaries.ForAsync(options, user, CancellationToken.None);
        var left = await ServerProcess.StartAsync(options, user, binaries, first.ServerPort);

        await using var second = await EmbeddedPostgres.StartAsync(options);

        left.Exited.IsCompleted.ShouldBeTrue();
        second.ProcessId.ShouldNotBe(left.Id);
        (await Database.AskAsync<int>(second.OwnerConnectionString, "SELECT answer FROM kept")).ShouldBe(42);
    }

    [Fact]
    public async Task Half_made_cluster_of_a_killed_start_is_thrown_away()
    {
        var half = Directory.CreateDirectory(Path.Combine(folder.Path, "postgres.new-0badcafe")).FullName;
        await File.WriteAllTextAsync(Path.Combine(half, "PG_VERSION"), "18\n");
        await File.WriteAllTextAsync(half + ".password", "x");

        await using var postgres = await EmbeddedPostgres.StartAsync(Options with { Durable = false });

        (await Database.AskAsync<int>(postgres.ConnectionString, "SELECT 1")).ShouldBe(1);
        Directory.EnumerateFileSystemEntries(folder.Path, "postgres.new-*").ShouldBeEmpty();
    }
}

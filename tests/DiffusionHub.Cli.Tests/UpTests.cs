using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Channels;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Tests;
using Xunit;

namespace DiffusionHub.Cli.Tests;

public sealed class UpTests : IDisposable
{
    private readonly Hub hub = new();

    public UpTests()
    {
        // PostgreSQL's own user must be able to enter, when root runs the tests.
        File.SetUnixFileMode(hub.Folder, (UnixFileMode)0b111_101_101);
    }

    public void Dispose() => hub.Dispose();

    [Fact]
    public async Task Hub_starts_everything_restarts_a_killed_worker_and_leaves_nothing_behind()
    {
        using var up = await ReadyAsync();
        var first = await ProcessesAsync();
        (await hub.RunAsync("up", "--port", "0")).ShouldSatisfyAllConditions(second => second.Code.ShouldBe(1), second => second.Error.ShouldContain("already runs"));

        // Each start of a child replaces the state file.
        using var states = new FileSystemWatcher(hub.At("data"), "hub.state.json");
        var replaced = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        states.Renamed += (_, _) => replaced.TrySetResult();
        states.EnableRaisingEvents = true;
        NativeCalls.Signal(first["worker-1"], NativeCalls.Kill);
        await up.SaysAsync("worker-1 ended unexpectedly");
        await replaced.Task;
        (await ProcessesAsync())["worker-1"].ShouldNotBe(first["worker-1"]);
        var all = (await ProcessesAsync()).Values.Select(Process.GetProcessById).ToList();
        (await hub.RunAsync("down")).Output.ShouldContain("has stopped");

        await up.Process.WaitForExitAsync();
        up.Process.ExitCode.ShouldBe(0);
        await Task.WhenAll(all.Select(process => process.WaitForExitAsync()));
        (await hub.RunAsync("status")).Output.ShouldContain("No hub runs");
    }

    [Fact]
    public async Task Killed_hub_takes_everything_with_it_and_starts_again()
    {
        using (var up = await ReadyAsync())
        {
            var all = (await ProcessesAsync()).Values.Append(Postmaster()).Select(Process.GetProcessById).ToList();

            NativeCalls.Signal(up.Process.Id, NativeCalls.Kill);

            await Task.WhenAll(all.Select(process => process.WaitForExitAsync()));
        }

        using var again = await ReadyAsync();
        NativeCalls.Signal(again.Process.Id, NativeCalls.Interrupt);
        await again.Process.WaitForExitAsync();
        again.Process.ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Owners_connection_string_stays_with_the_command()
    {
        hub.Variables["HUB_DATABASE"] = await TestServer.NewDatabaseAsync();
        hub.Variables["HUB_DATABASE_OWNER"] = TestServer.OwnerOf(hub.Variables["HUB_DATABASE"]);
        // What “hub test” tells its tests is no setting of the hub.
        (hub.Variables["HUB_TEST_DATABASE"], hub.Variables["HUB_TEST_DATABASE_OWNER"]) = ("", "");
        var password = new Npgsql.NpgsqlConnectionStringBuilder(hub.Variables["HUB_DATABASE_OWNER"]).Password!;
        using var up = await ReadyAsync();

        var children = await ProcessesAsync();
        children.Keys.Order().ShouldBe(["web", "worker-1"]);
        foreach (var (name, number) in children)
        {
            var environment = (await File.ReadAllTextAsync(string.Create(CultureInfo.InvariantCulture, $"/proc/{number}/environ"))).Split('\0');
            environment.ShouldContain("HUB_DATABASE_OWNER=", name);
            environment.ShouldContain(variable => variable.StartsWith("HUB_DATABASE=Host", StringComparison.Ordinal), name);
            environment.ShouldNotContain(variable => variable.Contains(password, StringComparison.Ordinal), name);
        }
    }

    [Fact]
    public async Task Owner_without_a_database_is_refused()
    {
        hub.Variables["HUB_DATABASE_OWNER"] = "Host=127.0.0.1;Username=hub";
        foreach (var command in new[] { "up", "migrate" })
        {
            (await hub.RunAsync(command)).ShouldSatisfyAllConditions(r => r.Code.ShouldBe(2), r => r.Error.ShouldContain("HUB_DATABASE_OWNER is given without HUB_DATABASE"));
        }
    }

    [Fact]
    public async Task Port_in_use_is_said_before_anything_is_started()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        var refused = await hub.RunAsync("up", "--port", port);

        refused.Code.ShouldBe(1);
        refused.Error.Trim().ShouldBe($"Port {port} on 127.0.0.1 is in use by another program. Choose another with --port, or --port 0 for any free one.");
        Directory.Exists(hub.At("data/postgres")).ShouldBeFalse();
    }

    private async Task<RunningHub> ReadyAsync()
    {
        var up = new RunningHub(hub.Start("up", "--port", "0"));
        await up.SaysAsync("Ready: http://127.0.0.1:");
        return up;
    }

    private async Task<Dictionary<string, int>> ProcessesAsync()
    {
        using var status = JsonDocument.Parse((await hub.RunAsync("status", "--json")).Output);
        return status.RootElement.GetProperty("hub").GetProperty("processes").EnumerateObject().ToDictionary(child => child.Name, child => child.Value.GetInt32());
    }

    private int Postmaster() => int.Parse(File.ReadLines(hub.At("data/postgres/postmaster.pid")).First(), CultureInfo.InvariantCulture);

    /// <summary>A hub in the foreground of its own process.</summary>
    private sealed class RunningHub : IDisposable
    {
        private readonly Channel<string> lines = Channel.CreateUnbounded<string>();

        public RunningHub(Process process)
        {
            Process = process;
            process.OutputDataReceived += (_, line) => Said(line.Data);
            process.ErrorDataReceived += (_, line) => Said(line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        public Process Process { get; }

        public async Task SaysAsync(string text)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
            while (!(await lines.Reader.ReadAsync(limit.Token)).Contains(text, StringComparison.Ordinal))
            {
                // Something else was said.
            }
        }

        public void Dispose()
        {
            if (!Process.HasExited)
            {
                NativeCalls.Signal(Process.Id, NativeCalls.Terminate);
                Process.WaitForExit();
            }

            Process.Dispose();
        }

        private void Said(string? line)
        {
            if (line is not null)
            {
                lines.Writer.TryWrite(line);
            }
        }
    }
}

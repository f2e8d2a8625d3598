using System.Diagnostics;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Cli.Supervision;
using DiffusionHub.Data.Settings;
using DiffusionHub.Postgres;

namespace DiffusionHub.Cli.Commands.Bench;

/// <summary>A hub in a folder of its own, as <c>./hub up --port 0</c> starts it; gone without a trace when disposed.</summary>
internal sealed class OwnHub : IAsyncDisposable
{
    private const string ReadyMark = "Ready: ";
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);
    private readonly string folder;
    private readonly ChildProcess process;

    private OwnHub(string folder, ChildProcess process, string url, TimeSpan readyAfter) => (this.folder, this.process, Url, ReadyAfter) = (folder, process, url, readyAfter);

    public string Url { get; }

    /// <summary>From the command's start to its <c>Ready</c> line, the first start's database and migrations included.</summary>
    public TimeSpan ReadyAfter { get; }

    /// <summary>Starts it.</summary>
    /// <exception cref="CommandException">It ended before it was ready; the message is its own.</exception>
    public static Task<OwnHub> StartAsync(CancellationToken stop) => StartAsync(new Dictionary<string, string>(StringComparer.Ordinal), stop);

    /// <summary>Starts it with settings of its own, as variables.</summary>
    /// <exception cref="CommandException">It ended before it was ready; the message is its own.</exception>
    public static async Task<OwnHub> StartAsync(IReadOnlyDictionary<string, string> settings, CancellationToken stop)
    {
        var folder = NewFolder();
        var ready = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var lastLine = "";
        var started = Stopwatch.GetTimestamp();
        // Settings of this shell are not the measurement's: empty means not given.
        var variables = KnownSettings.All.ToDictionary(setting => setting.Variable, setting => settings.GetValueOrDefault(setting.Variable, ""), StringComparer.Ordinal);
        var process = ChildProcess.Start([.. Command(), "up", "--port", "0", "--data", folder], variables, line =>
        {
            lastLine = line;
            if (line.StartsWith(ReadyMark, StringComparison.Ordinal))
            {
                ready.TrySetResult(line[ReadyMark.Length..]);
            }
        });
        try
        {
            if (await Task.WhenAny(ready.Task, process.Exited).WaitAsync(stop) != ready.Task)
            {
                throw new CommandException(lastLine);
            }

            return new OwnHub(folder, process, await ready.Task, Stopwatch.GetElapsedTime(started));
        }
        catch
        {
            await EndAsync(process, folder);
            throw;
        }
    }

    /// <summary>The services of people on its database.</summary>
    public PeopleHost OpenPeople() => PeopleHost.Open(EmbeddedPostgres.FindConnectionString(folder)!, new HubSettings { DataFolder = folder });

    /// <summary>Resident memory of one of its processes in MiB; null when it does not run.</summary>
    public double? MemoryOf(string name)
    {
        if (HubState.Read(folder)?.Processes.TryGetValue(name, out var number) is not true)
        {
            return null;
        }

        using var process = Process.GetProcessById(number);
        return Math.Round(process.WorkingSet64 / 1048576.0, 1);
    }

    public async ValueTask DisposeAsync() => await EndAsync(process, folder);

    /// <summary>A temporary folder that PostgreSQL's own user can pass through, as it must where the hub runs as root.</summary>
    public static string NewFolder()
    {
        var folder = Directory.CreateTempSubdirectory("hub-bench-");
        folder.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return folder.FullName;
    }

    // The script of the clone where there is one, so that its own look at the tree is part of the time.
    private static string[] Command()
    {
        var script = Environment.GetEnvironmentVariable("HUB_HOME") is { Length: > 0 } home ? Path.Combine(home, "hub") : null;
        return File.Exists(script) ? [script] : Path.GetFileName(Environment.ProcessPath) == "dotnet" ? [Environment.ProcessPath!, typeof(OwnHub).Assembly.Location] : [Environment.ProcessPath!];
    }

    private static async Task EndAsync(ChildProcess process, string folder)
    {
        using (process)
        {
            await process.StopAsync(StopPatience);
        }

        Directory.Delete(folder, recursive: true);
    }
}

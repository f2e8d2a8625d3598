using System.Collections.Concurrent;
using System.Threading.Channels;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Cli.Supervision;
using DiffusionHub.Data.Settings;

namespace DiffusionHub.Cli.Commands.Soak;

/// <summary>One place of the pool: the process that is in it now.</summary>
internal sealed record PooledWorker(string Name, ChildProcess Process, Task Ready, ChannelReader<WorkerLine> Frozen);

/// <summary>A number of worker processes; one that is killed is followed by a new one, as a supervisor does it.</summary>
internal sealed class WorkerPool(SoakFolder folder, string database, int count) : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);
    private readonly PooledWorker[] workers = new PooledWorker[count];
    private readonly ConcurrentDictionary<string, bool> ended = new(StringComparer.Ordinal);
    private int started;

    public WorkerTally Tally { get; } = new();

    public int Count => count;

    public PooledWorker this[int place] => workers[place];

    /// <summary>Starts all of them and waits until they are registered.</summary>
    public async Task StartAsync()
    {
        for (var place = 0; place < count; place++)
        {
            workers[place] = Start(place);
        }

        await Task.WhenAll(workers.Select(worker => worker.Ready));
    }

    /// <summary>A file that asks that worker to freeze.</summary>
    public string WishOf(PooledWorker worker) => folder.WishOf(worker.Name);

    /// <summary>Kills one (SIGKILL) and puts a new one in its place.</summary>
    public async Task KillAsync(int place)
    {
        var worker = workers[place];
        ended[worker.Name] = true;
        NativeCalls.Signal(worker.Process.Id, NativeCalls.Kill);
        await worker.Process.Exited;
        worker.Process.Dispose();
        workers[place] = Start(place);
    }

    /// <summary>Ends all of them in order: each gives back or finishes what it has and says goodbye.</summary>
    public async Task StopAsync()
    {
        await Task.WhenAll(workers.Where(worker => worker is not null).Select(async worker =>
        {
            ended[worker.Name] = true;
            NativeCalls.Signal(worker.Process.Id, NativeCalls.Continue);
            await worker.Process.StopAsync(StopPatience);
            if (worker.Process.ExitCode is not (ExitCodes.Done or ExitCodes.Interrupted))
            {
                Tally.Surprised($"{worker.Name}: {worker.Process.ExitCode}");
            }
        }));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var worker in workers)
        {
            worker?.Process.Dispose();
        }
    }

    private PooledWorker Start(int place)
    {
        var name = $"soak-{place}-{started++}";
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var frozen = Channel.CreateUnbounded<WorkerLine>();
        // Settings of this shell are not the soak's: empty means not given.
        var variables = KnownSettings.All.ToDictionary(setting => setting.Variable, _ => "", StringComparer.Ordinal);
        variables[KnownSettings.Database.Variable] = database;
        // Many short-lived processes on few cores: the compiler's second look would take more than it gives.
        variables["DOTNET_TieredPGO"] = "0";
        var process = ChildProcess.Start([.. Command, "soak", "worker", "--folder", folder.Root, "--name", name], variables, Heard);
        _ = WatchAsync(name, process.Exited);
        return new PooledWorker(name, process, ready.Task, frozen.Reader);

        void Heard(string said)
        {
            if (WorkerLine.Parse(said) is not { } line)
            {
                Tally.Surprised($"{name}: {said}");
                return;
            }

            Tally.Add(line);
            if (line.Word == WorkerLine.Ready)
            {
                ready.TrySetResult();
            }
            else if (line.Word == WorkerLine.Frozen)
            {
                frozen.Writer.TryWrite(line);
            }
        }
    }

    private async Task WatchAsync(string name, Task exited)
    {
        await exited;
        if (!ended.ContainsKey(name))
        {
            Tally.Surprised($"{name} ended by itself");
        }
    }

    private static string[] Command => Path.GetFileName(Environment.ProcessPath) == "dotnet"
        ? [Environment.ProcessPath!, typeof(WorkerPool).Assembly.Location]
        : [Environment.ProcessPath!];
}

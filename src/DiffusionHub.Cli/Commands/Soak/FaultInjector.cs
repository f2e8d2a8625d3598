using System.Collections.Concurrent;
using System.Globalization;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Postgres;
using DiffusionHub.Queue;

namespace DiffusionHub.Cli.Commands.Soak;

/// <summary>A kind of fault.</summary>
internal enum Fault
{
    Kill,
    Freeze,
    FreezeBeforeFinish,
    Crash,
    Cut,
    CutListener,
    Cancel,
}

/// <summary>Makes the faults, each when so many jobs have ended that they spread evenly over the run.</summary>
internal sealed class FaultInjector(SoakOptions options, WorkerPool pool, EmbeddedPostgres postgres, SoakDatabase database, JobQueue queue, EndCounter ends) : IDisposable
{
    private const int CancelledAtOnce = 3;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private readonly Random random = new(options.Seed);
    private readonly ConcurrentDictionary<int, Task> frozen = new();
    private readonly Freezer freezer = new(pool, database);

    /// <summary>How many were made.</summary>
    public Dictionary<Fault, int> Made { get; } = Enum.GetValues<Fault>().ToDictionary(fault => fault, _ => 0);

    /// <summary>Makes all of them, and waits until no worker is frozen any more.</summary>
    public async Task RunAsync(Func<bool> isTimeOver, Action<string> told, CancellationToken stop)
    {
        var plan = Plan();
        for (var i = 0; i < plan.Length && !isTimeOver(); i++)
        {
            // The last tenth of the jobs is for what the faults have left behind.
            var due = (long)options.Jobs * 9 * (i + 1) / (10 * (plan.Length + 1));
            while (ends.Ended < due && !isTimeOver())
            {
                await Task.Delay(Look, stop);
            }

            told(string.Create(CultureInfo.InvariantCulture, $"{ends.Ended} {plan[i]}"));
            await MakeAsync(plan[i], stop);
            Made[plan[i]]++;
        }

        await Task.WhenAll(frozen.Values);
    }

    public void Dispose() => freezer.Dispose();

    private Fault[] Plan()
    {
        Fault[] plan =
        [
            .. Enumerable.Repeat(Fault.Kill, options.Kills), .. Enumerable.Repeat(Fault.Freeze, options.Freezes / 2),
            .. Enumerable.Repeat(Fault.FreezeBeforeFinish, options.Freezes - (options.Freezes / 2)), .. Enumerable.Repeat(Fault.Crash, options.Crashes),
            .. Enumerable.Repeat(Fault.Cut, options.Cuts), .. Enumerable.Repeat(Fault.CutListener, options.ListenerCuts),
            .. Enumerable.Repeat(Fault.Cancel, options.Cancels),
        ];
        random.Shuffle(plan);
        return plan;
    }

    private async Task MakeAsync(Fault fault, CancellationToken stop)
    {
        switch (fault)
        {
            case Fault.Kill:
                await pool.KillAsync(await FreePlaceAsync());
                break;
            case Fault.Freeze or Fault.FreezeBeforeFinish:
                var place = await FreePlaceAsync();
                frozen[place] = freezer.FreezeAsync(pool[place], fault == Fault.FreezeBeforeFinish, stop);
                break;
            case Fault.Crash:
                NativeCalls.Signal(postgres.ProcessId, NativeCalls.Quit);
                await postgres.Exited;
                await postgres.RestartAsync(stop);
                break;
            case Fault.Cut or Fault.CutListener:
                await database.ReadAsync(SoakSql.CutConnection, r => r.GetBoolean(0), stop, fault == Fault.CutListener);
                break;
            default:
                await freezer.SparingAsync(CancelAsync, stop);
                break;
        }
    }

    // One that is not frozen; at least one is always left to take over what the frozen ones hold.
    private async Task<int> FreePlaceAsync()
    {
        while (frozen.Count(f => !f.Value.IsCompleted) >= pool.Count - 1)
        {
            await await Task.WhenAny(frozen.Values.Where(task => !task.IsCompleted));
        }

        int[] free = [.. Enumerable.Range(0, pool.Count).Where(place => !frozen.TryGetValue(place, out var task) || task.IsCompleted)];
        return free[random.Next(free.Length)];
    }

    private async Task CancelAsync(long[] spared, CancellationToken stop)
    {
        var jobs = await database.ReadAsync(SoakSql.PickJobs, r => r.GetInt64(0), stop, CancelledAtOnce, spared);
        await SoakDatabase.PatientlyAsync(() => queue.CancelAsync(jobs, null, stop), stop);
    }
}

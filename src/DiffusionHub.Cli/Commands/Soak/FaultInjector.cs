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
    private readonly ConcurrentDictionary<long, bool> held = new();
    private readonly SemaphoreSlim cancelling = new(1);

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

    public void Dispose() => cancelling.Dispose();

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
                frozen[place] = FreezeAsync(pool[place], fault == Fault.FreezeBeforeFinish, stop);
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
                await CancelAsync(stop);
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

    private async Task FreezeAsync(PooledWorker worker, bool beforeFinish, CancellationToken stop)
    {
        await worker.Ready.WaitAsync(stop);
        if (beforeFinish)
        {
            await FreezeBeforeFinishAsync(worker, stop);
        }
        else
        {
            NativeCalls.Signal(worker.Process.Id, NativeCalls.Stop);
            await UntilAsync(SoakSql.IsLeaseOver, stop, worker.Name);
        }

        NativeCalls.Signal(worker.Process.Id, NativeCalls.Continue);
    }

    // Until its job was taken away: what it sends then comes too late for certain.
    private async Task FreezeBeforeFinishAsync(PooledWorker worker, CancellationToken stop)
    {
        while (true)
        {
            await File.WriteAllTextAsync(pool.WishOf(worker), "", stop);
            var claim = await worker.Frozen.ReadAsync(stop);
            if (await IsFitAsync(claim, stop))
            {
                await UntilAsync(SoakSql.IsClaimGone, stop, claim.First, claim.Second);
                return;
            }

            NativeCalls.Signal(worker.Process.Id, NativeCalls.Continue);
        }
    }

    // A cancelled job would end as cancelled, whoever asks: that refuses nothing. From here on nobody cancels it.
    private async Task<bool> IsFitAsync(WorkerLine claim, CancellationToken stop)
    {
        await cancelling.WaitAsync(stop);
        try
        {
            held[claim.First] = true;
            return await IsAsync(SoakSql.IsClaimFit, stop, claim.First, claim.Second);
        }
        finally
        {
            cancelling.Release();
        }
    }

    private async Task CancelAsync(CancellationToken stop)
    {
        await cancelling.WaitAsync(stop);
        try
        {
            var jobs = await database.ReadAsync(SoakSql.PickJobs, r => r.GetInt64(0), stop, CancelledAtOnce, held.Keys.ToArray());
            await SoakDatabase.PatientlyAsync(() => queue.CancelAsync(jobs, null, stop), stop);
        }
        finally
        {
            cancelling.Release();
        }
    }

    private async Task UntilAsync(string question, CancellationToken stop, params object[] values)
    {
        while (!await IsAsync(question, stop, values))
        {
            await Task.Delay(Look, stop);
        }
    }

    private async Task<bool> IsAsync(string question, CancellationToken stop, params object[] values) =>
        (await database.ReadAsync(question, r => r.GetBoolean(0), stop, values))[0];
}

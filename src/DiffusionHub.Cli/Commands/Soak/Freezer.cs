using System.Collections.Concurrent;
using DiffusionHub.Cli.Shell;

namespace DiffusionHub.Cli.Commands.Soak;

/// <summary>Freezes workers, at any point or just between a picture and its finish.</summary>
internal sealed class Freezer(WorkerPool pool, SoakDatabase database) : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private readonly ConcurrentDictionary<long, bool> held = new();
    private readonly SemaphoreSlim cancelling = new(1);

    /// <summary>Freezes a worker until its lease is over or, before a finish, until its job was taken away; then lets it go on.</summary>
    public async Task FreezeAsync(PooledWorker worker, bool beforeFinish, CancellationToken stop)
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

    /// <summary>Cancels, with the jobs that are to be refused left out.</summary>
    public async Task SparingAsync(Func<long[], CancellationToken, Task> cancel, CancellationToken stop)
    {
        await cancelling.WaitAsync(stop);
        try
        {
            await cancel([.. held.Keys], stop);
        }
        finally
        {
            cancelling.Release();
        }
    }

    public void Dispose() => cancelling.Dispose();

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

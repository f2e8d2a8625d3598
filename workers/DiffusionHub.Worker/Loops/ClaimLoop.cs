using DiffusionHub.Data.Blobs;
using DiffusionHub.Queue;
using DiffusionHub.Worker.Jobs;

namespace DiffusionHub.Worker.Loops;

/// <summary>Claims jobs as long as there is room for them, database and picture store are well and whoever must look at pictures can, and has them handled beside each other.</summary>
/// <param name="queue">The queue.</param>
/// <param name="blobs">The store.</param>
/// <param name="handler">Handles what is claimed.</param>
/// <param name="state">The worker.</param>
/// <param name="isSafe">Whether whoever must look at finished pictures can; null: nobody does.</param>
internal sealed class ClaimLoop(JobQueue queue, IBlobStore blobs, IJobHandler handler, WorkerState state, Func<Task<bool>>? isSafe = null)
{
    /// <summary>How often a store that is unwell is looked at.</summary>
    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(1);

    private readonly ClaimCourtesy _courtesy = new();
    private readonly HashSet<Task> _handling = [];
    private bool _heard;
    private bool _unsafe;

    /// <summary>Runs until stopped; the jobs in hand are handled to their ends.</summary>
    public async Task RunAsync(CancellationToken stopping, CancellationToken hardStop)
    {
        try
        {
            await ClaimAsync(stopping, hardStop);
        }
        finally
        {
            await Task.WhenAll(_handling);
        }
    }

    private async Task ClaimAsync(CancellationToken stopping, CancellationToken hardStop)
    {
        while (!stopping.IsCancellationRequested)
        {
            _handling.RemoveWhere(job => job.IsCompletedSuccessfully);
            try
            {
                // None leaves its handler with a fault: where one does, the worker must not live on half dead.
                await Task.WhenAll(_handling.Where(job => job.IsFaulted));
                if (state.Identity is { } worker && await IsSafeAsync() && await IsStoreWellAsync(stopping) && await TakeAsync(worker, stopping, hardStop))
                {
                    continue;
                }
            }
            catch (QueueUnavailableException e)
            {
                state.IsUncertain = true;
                state.Set(Patience.DatabaseTopic, e.Message);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }

            // The lease loop wakes it each second while there is work, whatever got lost.
            await state.Work.WaitAsync(_unsafe || state.Has(Publication.StoreTopic) ? StorePause : Timeout.InfiniteTimeSpan, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _heard = state.TakeNews();
            if (_heard && handler.Room > 0)
            {
                await Task.Delay(_courtesy.Pause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // True where it took something.
    private async Task<bool> TakeAsync(WorkerIdentity worker, CancellationToken stopping, CancellationToken hardStop)
    {
        if (state.IsUncertain)
        {
            // A claim's answer got lost: if it took jobs, nobody works on them.
            state.IsUncertain = false;
            await queue.ReleaseOthersAsync(worker, state.InHand.Select(job => job.Claim), stopping);
        }

        if (handler.Room is var room && room == 0)
        {
            return false;
        }

        if (await ClaimAsync(worker, room) is not { Count: > 0 } jobs)
        {
            if (_heard)
            {
                _courtesy.CameTooLate();
            }

            return false;
        }

        _courtesy.Took(jobs.Count, room);
        foreach (var job in jobs)
        {
            _handling.Add(HandleAsync(job, hardStop));
        }

        return true;
    }

    private async Task<IReadOnlyList<RunningJob>> ClaimAsync(WorkerIdentity worker, int room)
    {
        state.BeginClaim();
        try
        {
            // Not cancelled by the stop: a claim must not be lost half-way.
            var claims = await queue.ClaimAsync(worker, room, CancellationToken.None);
            state.Set(Patience.DatabaseTopic, null);
            return [.. claims.Select(state.Begin)];
        }
        finally
        {
            state.EndClaim();
        }
    }

    private async Task HandleAsync(RunningJob job, CancellationToken hardStop)
    {
        try
        {
            await handler.HandleAsync(job, hardStop);
        }
        finally
        {
            state.End(job);
            // There may be room now, and its owner may run another.
            state.LookAgain();
        }
    }

    private async Task<bool> IsSafeAsync()
    {
        _unsafe = isSafe is not null && !await isSafe();
        return !_unsafe;
    }

    // Only looked at while something is wrong with it: a job finds out first.
    private async Task<bool> IsStoreWellAsync(CancellationToken stopping)
    {
        if (!state.Has(Publication.StoreTopic))
        {
            return true;
        }

        try
        {
            await blobs.ProbeAsync(stopping);
            state.Set(Publication.StoreTopic, null);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}

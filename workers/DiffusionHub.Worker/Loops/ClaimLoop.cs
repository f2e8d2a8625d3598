using DiffusionHub.Data.Blobs;
using DiffusionHub.Queue;
using DiffusionHub.Worker.Jobs;

namespace DiffusionHub.Worker.Loops;

/// <summary>Claims and handles one job after another, as long as database and picture store are well.</summary>
internal sealed class ClaimLoop(JobQueue queue, IBlobStore blobs, IJobHandler handler, WorkerState state)
{
    /// <summary>How often a store that is unwell is looked at.</summary>
    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(1);

    private readonly ClaimCourtesy _courtesy = new();

    /// <summary>Runs until stopped; the job in hand is handled to its end.</summary>
    public async Task RunAsync(CancellationToken stopping, CancellationToken hardStop)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (state.Identity is { } worker && await IsStoreWellAsync(stopping))
                {
                    if (state.IsUncertain)
                    {
                        // A claim's answer got lost: if it took a job, nobody works on it.
                        state.IsUncertain = false;
                        await queue.ReleaseOthersAsync(worker, [], stopping);
                    }

                    if (await ClaimAsync(worker, hardStop))
                    {
                        _courtesy.Took(1, limit: 1);
                        continue;
                    }

                    _courtesy.CameTooLate();
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
            await state.Work.WaitAsync(state.Has(Publication.StoreTopic) ? StorePause : Timeout.InfiniteTimeSpan, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(_courtesy.Pause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> ClaimAsync(WorkerIdentity worker, CancellationToken hardStop)
    {
        state.BeginClaim();
        try
        {
            // Not cancelled by the stop: a claim must not be lost half-way.
            if (await queue.ClaimAsync(worker, 1, CancellationToken.None) is not [var claim, ..])
            {
                return false;
            }

            state.Set(Patience.DatabaseTopic, null);
            await handler.HandleAsync(claim, hardStop);
            return true;
        }
        finally
        {
            state.EndClaim();
        }
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

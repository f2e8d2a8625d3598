using DiffusionHub.Data.Blobs;
using DiffusionHub.Queue;
using DiffusionHub.Worker.Jobs;

namespace DiffusionHub.Worker.Loops;

/// <summary>Claims and handles one job after another, as long as database and picture store are well.</summary>
internal sealed class ClaimLoop(JobQueue queue, IBlobStore blobs, JobHandler handler, WorkerState state)
{
    /// <summary>Behind every notification that may get lost.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    /// <summary>Runs until stopped; the job in hand is handled to its end.</summary>
    public async Task RunAsync(CancellationToken stopping, CancellationToken hardStop)
    {
        var uncertain = false;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (state.Identity is { } worker && await IsStoreWellAsync(stopping))
                {
                    if (uncertain)
                    {
                        // The last claim's answer got lost: if it took a job, nobody works on it.
                        await queue.ReleaseOthersAsync(worker, [], stopping);
                        uncertain = false;
                    }

                    // Not cancelled by the stop: a claim must not be lost half-way.
                    if (await queue.ClaimAsync(worker, 1, CancellationToken.None) is [var claim, ..])
                    {
                        state.Set(Patience.DatabaseTopic, null);
                        await handler.HandleAsync(claim, hardStop);
                        continue;
                    }
                }
            }
            catch (QueueUnavailableException e)
            {
                uncertain = true;
                state.Set(Patience.DatabaseTopic, e.Message);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }

            await state.WaitAsync(Poll, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Only looked at while something is wrong with it: a job finds out first.
    private async Task<bool> IsStoreWellAsync(CancellationToken stopping)
    {
        if (!state.Has(PicturePublisher.StoreTopic))
        {
            return true;
        }

        try
        {
            await blobs.ProbeAsync(stopping);
            state.Set(PicturePublisher.StoreTopic, null);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}

using DiffusionHub.Queue;
using Microsoft.Extensions.Logging;

namespace DiffusionHub.Worker.Loops;

/// <summary>Looks after dead workers' jobs; every worker process does, one at a time has its turn.</summary>
internal sealed class ReapLoop(Reaper reaper, WorkerState state, ILogger logger)
{
    /// <summary>Reaps until stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (state.IsLeaseFresh && await reaper.ReapAsync(stopping) is { } reaped && reaped.Freed.Count + reaped.Ended.Count > 0)
                {
                    logger.Reaped(reaped.Freed.Count, reaped.Ended.Count);
                }
            }
            catch (QueueUnavailableException)
            {
                // The lease loop tells of it.
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(Reaper.Interval, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

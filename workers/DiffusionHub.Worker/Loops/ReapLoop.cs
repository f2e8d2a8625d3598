using DiffusionHub.Queue;
using Microsoft.Extensions.Logging;

namespace DiffusionHub.Worker.Loops;

/// <summary>Looks after dead workers' jobs when a heartbeat says that there is something to do; one process at a time has its turn.</summary>
internal sealed class ReapLoop(Reaper reaper, WorkerState state, ILogger logger)
{
    /// <summary>Reaps until stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await state.ReapDue.WaitAsync(stopping);
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
        }
    }
}

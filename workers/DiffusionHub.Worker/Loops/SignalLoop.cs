using DiffusionHub.Queue;

namespace DiffusionHub.Worker.Loops;

/// <summary>Hears of new work and of cancelled jobs.</summary>
internal sealed class SignalLoop(QueueListener listener, WorkerState state)
{
    /// <summary>Listens until stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            await foreach (var signal in listener.ReadAsync(stopping))
            {
                if (signal.Cancelled.Count > 0)
                {
                    state.Stop(StopReason.Cancelled, signal.Cancelled);
                }

                if (signal.JobsReady || signal.CatchUp)
                {
                    state.Wake();
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The worker stops.
        }
    }
}

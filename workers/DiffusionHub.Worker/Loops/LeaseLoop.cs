using DiffusionHub.Queue;
using Microsoft.Extensions.Logging;

namespace DiffusionHub.Worker.Loops;

/// <summary>Keeps the worker registered: heartbeats, and a new epoch when the lease was lost.</summary>
internal sealed class LeaseLoop(WorkerRegistry registry, WorkerDescription description, WorkerState state, ILogger logger)
{
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromMilliseconds(500);
    private WorkerDescription _description = description;

    /// <summary>Registers for the first time.</summary>
    public async Task RegisterAsync(CancellationToken cancellationToken)
    {
        state.Identity = await Patience.UntilDatabaseAnswersAsync(state, () => registry.RegisterAsync(_description, cancellationToken), cancellationToken);
        state.Renewed();
        state.Wake();
    }

    /// <summary>Tells the queue that this worker can run other models than before; its job in hand stays its own.</summary>
    public async Task SetModelsAsync(IReadOnlyList<string> models, CancellationToken cancellationToken)
    {
        _description = _description with { Models = models };
        if (state.Identity is { } worker)
        {
            await Patience.UntilDatabaseAnswersAsync(
                state,
                async () =>
                {
                    await registry.SetModelsAsync(worker, models, cancellationToken);
                    return 0;
                },
                cancellationToken);
            state.Wake();
        }
    }

    /// <summary>Renews the lease until stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var pause = WorkerRegistry.HeartbeatInterval;
            try
            {
                await BeatAsync(stopping);
                state.Renewed();
                state.Set(Patience.DatabaseTopic, null);
            }
            catch (QueueUnavailableException e)
            {
                state.Set(Patience.DatabaseTopic, e.Message);
                pause = PauseAfterFault;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(pause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One heartbeat, and what it tells to do.</summary>
    internal async Task BeatAsync(CancellationToken stopping)
    {
        if (state.Identity is { } worker)
        {
            // While the database is away its problem cannot be told; once it answers there is none.
            var problem = state.Has(Patience.DatabaseTopic) ? null : state.Problem;
            var known = state.Claims;
            var answer = await registry.HeartbeatAsync(worker, new WorkerCondition(state.Resident, Environment.WorkingSet, problem), stopping);
            if (answer.Current)
            {
                if (answer.CancelRequested.Count > 0)
                {
                    state.Stop(StopReason.Cancelled, answer.CancelRequested);
                }

                // Nothing was claimed while it was asked: whatever else it holds, its answer was lost.
                if (known is not null && known.Begun == state.Claims?.Begun && answer.Held.Except(known.InHand).Any())
                {
                    state.IsUncertain = true;
                }

                // Notifications may get lost: this is what stands behind them.
                if (answer.WorkWaits || state.IsUncertain)
                {
                    state.Wake();
                }

                if (answer.ReapDue)
                {
                    state.ReapDue.Set();
                }

                return;
            }

            // Others have its job by now.
            state.Identity = null;
            state.Stop(StopReason.LeaseLost);
        }

        state.Identity = await registry.RegisterAsync(_description, stopping);
        state.Wake();
        logger.LeaseLost(state.Identity.Epoch);
    }
}

using DiffusionHub.Inference;

namespace DiffusionHub.Pipelines.LatentDiffusion.Sharing;

/// <summary>
/// Where the runs of several threads on one model meet: once each of them waits with a call of the denoiser, their calls are made as one. So runs
/// share a batch whatever their samplers and however far each has come (continuous batching: Yu et al., "Orca", 2022, with denoising steps in place
/// of tokens), each fails and is cancelled by itself, and a run alone never waits.
/// </summary>
/// <remarks>The last one to arrive makes the call on its own thread. Who joins later is in the next call.</remarks>
/// <param name="made">Told of each call that was made: of how many runs, and of how many samples.</param>
internal sealed class SharedCalls(Action<int, long>? made = null)
{
    private readonly object gate = new();
    private readonly List<WaitingCall> waiting = [];
    private int members;

    /// <summary>A run begins; the others wait with their next call until it comes to its own.</summary>
    /// <param name="cancellation">Ends its waiting.</param>
    public Membership Join(CancellationToken cancellation)
    {
        lock (gate)
        {
            members++;
        }

        return new Membership(this, cancellation);
    }

    private void Leave()
    {
        lock (gate)
        {
            members--;
            // The others may be complete without it.
            Monitor.PulseAll(gate);
        }
    }

    private void Run(WaitingCall mine)
    {
        using var woken = mine.Cancellation.UnsafeRegister(static gate => Pulse(gate!), gate);
        if (WaitForOthers(mine) is { } together)
        {
            JoinedCalls.Run(together, made);
            lock (gate)
            {
                together.ForEach(call => call.Over = true);
                Monitor.PulseAll(gate);
            }
        }

        mine.Fault?.Throw();
    }

    // The calls to make, where it falls to this one to make them; null once another has made it.
    private List<WaitingCall>? WaitForOthers(WaitingCall mine)
    {
        lock (gate)
        {
            waiting.Add(mine);
            while (!mine.Over)
            {
                if (mine.Cancellation.IsCancellationRequested && waiting.Remove(mine))
                {
                    throw new OperationCanceledException(mine.Cancellation);
                }

                if (waiting.Count == members)
                {
                    List<WaitingCall> together = [.. waiting];
                    waiting.Clear();
                    return together;
                }

                Monitor.Wait(gate);
            }

            return null;
        }
    }

    private static void Pulse(object gate)
    {
        lock (gate)
        {
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>A run's part in it.</summary>
    internal sealed class Membership(SharedCalls calls, CancellationToken cancellation) : IDenoiserCalls, IDisposable
    {
        private bool left;

        public void Run(Graph graph, GraphCall call)
        {
            var clock = DeviceStopwatch.Start();
            var waiting = new WaitingCall(graph, call, cancellation);
            calls.Run(waiting);
            // The rest was the others'.
            DeviceStopwatch.Exclude(clock.Elapsed - waiting.Share);
        }

        /// <summary>The run makes no more calls.</summary>
        public void Dispose()
        {
            if (!left)
            {
                left = true;
                calls.Leave();
            }
        }
    }
}

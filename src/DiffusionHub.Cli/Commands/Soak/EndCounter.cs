using DiffusionHub.Queue;

namespace DiffusionHub.Cli.Commands.Soak;

/// <summary>Follows the event log through every fault; counts each job's end, which is also the clock of the faults.</summary>
internal sealed class EndCounter(EventLog log)
{
    private const int AtOnce = 1_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly HashSet<long> jobs = [];
    private int ended;

    /// <summary>Jobs whose end was read.</summary>
    public int Ended => Volatile.Read(ref ended);

    /// <summary>Ends read a second time.</summary>
    public int Twice { get; private set; }

    /// <summary>Reads until <paramref name="done"/>, and then what is left.</summary>
    public async Task RunAsync(CancellationToken done, CancellationToken stop)
    {
        var cursor = EventCursor.Start;
        while (true)
        {
            var last = done.IsCancellationRequested;
            var events = await SoakDatabase.PatientlyAsync(() => log.ReadAsync(cursor, AtOnce, stop), stop);
            foreach (var e in events)
            {
                cursor = e.Cursor;
                if (e is { Kind: "Succeeded" or "Failed" or "Deleted", JobId: { } job } && !jobs.Add(job))
                {
                    Twice++;
                }
            }

            Volatile.Write(ref ended, jobs.Count);
            if (events.Count > 0)
            {
                continue;
            }

            if (last)
            {
                return;
            }

            await Task.Delay(Pause, stop);
        }
    }
}

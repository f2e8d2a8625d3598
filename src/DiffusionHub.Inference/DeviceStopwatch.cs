using System.Diagnostics;

namespace DiffusionHub.Inference;

/// <summary>What of a thread's time was its own: without what it waited for its turn on the device, and without others' part of runs that were made together.</summary>
public sealed class DeviceStopwatch
{
    [ThreadStatic]
    private static TimeSpan excluded;

    private readonly long started;
    private readonly TimeSpan before;

    private DeviceStopwatch(long started, TimeSpan before) => (this.started, this.before) = (started, before);

    /// <summary>Time since the start, less what was excluded since. To be asked on the thread that started it.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(started) - (excluded - before);

    /// <summary>Starts one.</summary>
    public static DeviceStopwatch Start() => new(Stopwatch.GetTimestamp(), excluded);

    /// <summary>Takes a time that was not this thread's own out of all that run on it.</summary>
    public static void Exclude(TimeSpan time) => excluded += time;
}

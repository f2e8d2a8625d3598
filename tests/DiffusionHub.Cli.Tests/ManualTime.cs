using System.Threading.Channels;

namespace DiffusionHub.Cli.Tests;

/// <summary>Time that stands still: a wait ends when the test says so.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Channel<(TimerCallback Callback, object? State, TimeSpan Due)> timers = Channel.CreateUnbounded<(TimerCallback, object?, TimeSpan)>();

    /// <summary>Lets the next wait end; returns how long it would have been.</summary>
    public async Task<TimeSpan> FireNextAsync()
    {
        var (callback, state, due) = await timers.Reader.ReadAsync();
        callback(state);
        return due;
    }

    public override long GetTimestamp() => 0;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        timers.Writer.TryWrite((callback, state, dueTime));
        return System.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}

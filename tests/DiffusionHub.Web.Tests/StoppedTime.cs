namespace DiffusionHub.Web.Tests;

/// <summary>Time that stands still until the test moves it on; timers ring within <see cref="Advance"/>.</summary>
internal sealed class StoppedTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Bell> _bells = [];
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(GetTimestamp());

    public void Advance(TimeSpan by)
    {
        Interlocked.Add(ref _ticks, by.Ticks);
        Ring();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var bell = new Bell(this, () => callback(state));
        lock (_gate)
        {
            _bells.Add(bell);
        }

        bell.Change(dueTime, period);
        return bell;
    }

    private void Ring()
    {
        List<Bell> due;
        lock (_gate)
        {
            due = [.. _bells.Where(b => b.Due <= GetTimestamp())];
            due.ForEach(b => b.Due = null);
        }

        due.ForEach(b => b.Callback());
    }

    private sealed class Bell(StoppedTime time, Action callback) : ITimer
    {
        public long? Due { get; set; }

        public Action Callback => callback;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : time.GetTimestamp() + dueTime.Ticks;
            }

            time.Ring();
            return true;
        }

        public void Dispose()
        {
            lock (time._gate)
            {
                time._bells.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

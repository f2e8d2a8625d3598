using System.Diagnostics;
using DiffusionHub.Queue;

namespace DiffusionHub.Worker;

/// <summary>Why a running job stops before its end.</summary>
internal enum StopReason
{
    None,
    Cancelled,
    LeaseLost,
    ShuttingDown,
    StoreAway,
}

/// <summary>A job in hand, and what can stop it.</summary>
internal sealed class RunningJob(JobClaim claim) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private int _reason;
    private long _computingSince;
    private long _stoppedAt;

    public JobClaim Claim => claim;

    public CancellationToken Stopped => _stop.Token;

    public StopReason Reason => (StopReason)Volatile.Read(ref _reason);

    /// <summary>How long it computes without a sign of life; zero while it does not compute.</summary>
    public TimeSpan Silence => Since(ref _computingSince);

    /// <summary>How long it computes on although it was stopped; zero where it does not.</summary>
    public TimeSpan Defiance => Silence is var silence && silence > TimeSpan.Zero && Since(ref _stoppedAt) is var stopped && stopped < silence ? stopped : silence;

    /// <summary>It computes from now on, or goes on with it: a step is done.</summary>
    public void Computes() => Volatile.Write(ref _computingSince, Stopwatch.GetTimestamp());

    /// <summary>It computes no more.</summary>
    public void HasComputed() => Volatile.Write(ref _computingSince, 0);

    /// <summary>Stops it, in the middle of a step too; the first reason counts.</summary>
    public void Stop(StopReason reason)
    {
        if (Interlocked.CompareExchange(ref _reason, (int)reason, (int)StopReason.None) == (int)StopReason.None)
        {
            Volatile.Write(ref _stoppedAt, Stopwatch.GetTimestamp());
            _stop.Cancel();
        }
    }

    public void Dispose() => _stop.Dispose();

    private static TimeSpan Since(ref long moment) => Volatile.Read(ref moment) is var at && at == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(at);
}

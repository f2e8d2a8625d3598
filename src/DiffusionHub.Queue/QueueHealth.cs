namespace DiffusionHub.Queue;

/// <summary>What slows the queue down although none of its statements fails.</summary>
/// <param name="OldestTransaction">Age of the oldest transaction in progress: events wait for it, and rows deleted since cannot be cleared.</param>
/// <param name="ServerProcess">The server's process that has it, or null.</param>
/// <param name="DeadRows">Dead rows in the tables that claims read.</param>
/// <param name="StrandedModels">Models that jobs wait for while no living worker has them.</param>
public sealed record QueueHealth(TimeSpan OldestTransaction, int? ServerProcess, long DeadRows, IReadOnlyList<string> StrandedModels)
{
    /// <summary>A transaction older than this is an alert: every one of the hub's takes milliseconds.</summary>
    public static readonly TimeSpan StalledAfter = TimeSpan.FromSeconds(30);

    /// <summary>True where somebody must look for what holds a transaction open.</summary>
    public bool Stalled => OldestTransaction > StalledAfter;
}

/// <summary>How well the foretold starts were met.</summary>
/// <param name="Jobs">Of so many jobs.</param>
/// <param name="MedianError">Half of the starts were off by less, in milliseconds.</param>
/// <param name="NinetyPercentError">Nine in ten were off by less, in milliseconds.</param>
/// <param name="MedianWait">How long these jobs waited, in milliseconds.</param>
public sealed record EtaError(long Jobs, double MedianError, double NinetyPercentError, double MedianWait);

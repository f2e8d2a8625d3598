namespace DiffusionHub.Queue.Bench;

/// <summary>What can be measured.</summary>
[Flags]
public enum QueueBenchParts
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Submitted, claimed and finished at the same time.</summary>
    Throughput = 1,

    /// <summary>From the submit's call to a claim in a worker's hands, at a given rate.</summary>
    Latency = 2,

    /// <summary>Two who come behind 1,000 jobs of another.</summary>
    Late = 4,

    /// <summary>How long until a dead worker's job is in another's hands.</summary>
    Recovery = 8,

    /// <summary>Claims among dead rows that cannot be cleared. On a server of its own only.</summary>
    Dead = 16,

    /// <summary>Claims while a million jobs wait. On a server of its own only.</summary>
    Depth = 32,

    /// <summary>What workers cost that have nothing to do.</summary>
    Idle = 64,

    /// <summary>What may be measured beside real work.</summary>
    Harmless = Throughput | Latency | Late | Recovery | Idle,

    /// <summary>Everything.</summary>
    All = Harmless | Dead | Depth,
}

/// <summary>What to measure.</summary>
/// <param name="Parts">Which figures.</param>
/// <param name="Jobs">Jobs for the throughput.</param>
/// <param name="SubmitBatch">Jobs a submit.</param>
/// <param name="Submitters">Submits at once.</param>
/// <param name="Workers">Claimers, each with connections of its own.</param>
/// <param name="ClaimLimit">Jobs a claim; they are finished together.</param>
/// <param name="LatencyJobs">Jobs for the latency, submitted one by one.</param>
/// <param name="LatencyRate">Of them a second.</param>
/// <param name="DepthJobs">Jobs that wait while claims are timed.</param>
/// <param name="DepthClaims">Claims that are timed.</param>
/// <param name="DeadRows">Dead rows that an open snapshot keeps.</param>
/// <param name="IdleSeconds">How long idle workers are watched.</param>
public sealed record QueueBenchOptions(
    QueueBenchParts Parts = QueueBenchParts.Harmless, int Jobs = 20_000, int SubmitBatch = 8, int Submitters = 4, int Workers = 4, int ClaimLimit = 8,
    int LatencyJobs = 5_000, int LatencyRate = 1_000, int DepthJobs = 1_000_000, int DepthClaims = 500, int DeadRows = 100_000,
    double IdleSeconds = 30)
{
    internal TimeSpan IdleTime => TimeSpan.FromSeconds(IdleSeconds);
}

/// <summary>The figures; those that were not asked for are null.</summary>
/// <param name="Throughput">Jobs in batches.</param>
/// <param name="OneByOne">Jobs submitted, claimed and finished one by one.</param>
/// <param name="Latency">From the submit's call to a claim in a worker's hands.</param>
/// <param name="RecoverySeconds">A dead worker's job is in another's hands after.</param>
/// <param name="LateUsers">Two who come behind 1,000 jobs of another.</param>
/// <param name="Idle">What idle workers cost.</param>
/// <param name="Depth">Claims while a million jobs wait.</param>
/// <param name="DeadRows">Claims among dead rows that cannot be cleared.</param>
public sealed record QueueBenchResult(
    ThroughputResult? Throughput, ThroughputResult? OneByOne, LatencyResult? Latency, double? RecoverySeconds, LateUsersResult? LateUsers, IdleResult? Idle,
    DepthResult? Depth, Timings? DeadRows);

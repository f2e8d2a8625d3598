using Npgsql;

namespace DiffusionHub.Queue;

/// <summary>A worker as the queue knows it; the epoch changes each time it registers.</summary>
public sealed record WorkerIdentity(Guid WorkerId, long Epoch, string Name);

/// <summary>A job in a worker's hands. Everything the worker does with it is checked against token and epoch.</summary>
/// <param name="JobId">The job.</param>
/// <param name="ClaimToken">This claim of it; never handed out twice.</param>
/// <param name="Worker">Who claimed it.</param>
/// <param name="OwnerId">Whose job it is.</param>
/// <param name="GroupId">Its group.</param>
/// <param name="Lane">Its lane.</param>
/// <param name="Model">The model it needs.</param>
/// <param name="BatchKey">Its batch key.</param>
/// <param name="Payload">The request document (JSON).</param>
/// <param name="Attempt">1 for the first attempt.</param>
/// <param name="MaxAttempts">With this attempt it has been tried often enough.</param>
/// <param name="EnqueuedAt">When it was submitted.</param>
public sealed record JobClaim(
    long JobId, long ClaimToken, WorkerIdentity Worker, Guid OwnerId, Guid GroupId, string Lane, string Model, string BatchKey, string Payload,
    int Attempt, int MaxAttempts, DateTimeOffset EnqueuedAt)
{
    /// <summary>How long it was ready before this claim, by the database's clock.</summary>
    public TimeSpan Waited { get; init; }
}

/// <summary>A finished job.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="Result">What it cost.</param>
/// <param name="Also">What to publish with it (gallery rows), only when its result is <see cref="FinishResult.Published"/>.</param>
public sealed record FinishedJob(JobClaim Claim, JobResult Result, IReadOnlyList<NpgsqlBatchCommand>? Also = null);

/// <summary>What a finished job cost.</summary>
/// <param name="DeviceMilliseconds">Time on the device; 0 where its result was there already, from which no cost is learnt.</param>
public sealed record JobResult(double DeviceMilliseconds);

/// <summary>What became of a finish.</summary>
public enum FinishResult
{
    /// <summary>The outcome and everything handed in with it are committed.</summary>
    Published,

    /// <summary>The claim was no longer this worker's; nothing was written.</summary>
    Fenced,

    /// <summary>It was cancelled meanwhile: ended as Deleted, and nothing was published.</summary>
    Cancelled,
}

/// <summary>What became of a failed attempt.</summary>
public enum FailResult
{
    /// <summary>Another attempt follows after a pause.</summary>
    Scheduled,

    /// <summary>It ended with this error.</summary>
    Failed,

    /// <summary>It was cancelled meanwhile and ended as Deleted.</summary>
    Cancelled,

    /// <summary>The claim was no longer this worker's; nothing was written.</summary>
    Fenced,
}

using System.Text.Json.Serialization;
using DiffusionHub.Domain.Jobs;

namespace DiffusionHub.Queue;

/// <summary>One failed attempt.</summary>
public sealed record JobError(int Attempt, DateTimeOffset At, string? Worker, string Error);

/// <summary>A job as people see it, live or ended.</summary>
public sealed record JobView
{
    /// <summary>The job.</summary>
    public required long JobId { get; init; }

    /// <summary>Whose it is.</summary>
    public required Guid OwnerId { get; init; }

    /// <summary>Its group.</summary>
    public required Guid GroupId { get; init; }

    /// <summary>Its lane.</summary>
    public required string Lane { get; init; }

    /// <summary>The model it needs.</summary>
    public required string Model { get; init; }

    /// <summary>The request document (JSON).</summary>
    public required string Payload { get; init; }

    /// <summary>Where it stands.</summary>
    public required JobState State { get; init; }

    /// <summary>True while a worker has yet to stop it.</summary>
    public bool CancelRequested { get; init; }

    /// <summary>Place in line from 1, while Enqueued and among the first 2,000; null otherwise.</summary>
    public int? Position { get; init; }

    /// <summary>Steps done, while Processing and once the first report came.</summary>
    public int? Step { get; init; }

    /// <summary>Steps in all, likewise.</summary>
    public int? Steps { get; init; }

    /// <summary>Number of the latest progress report; 0 before the first. Differs from the last one seen when there is something new.</summary>
    public int Seq { get; init; }

    /// <summary>The forming picture (WebP), only where the reader asked with an older seq.</summary>
    public byte[]? PreviewWebp { get; init; }

    /// <summary>The error it failed with, or the latest attempt's.</summary>
    public string? Error { get; init; }

    /// <summary>Every failed attempt, oldest first.</summary>
    public IReadOnlyList<JobError> Errors { get; init; } = [];

    /// <summary>Attempts begun.</summary>
    public int Attempt { get; init; }

    /// <summary>Attempts allowed, for a live job.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>Name of the worker that has it or ended it.</summary>
    public string? Worker { get; init; }

    /// <summary>When it was submitted.</summary>
    public DateTimeOffset EnqueuedAt { get; init; }

    /// <summary>When the current or last claim began.</summary>
    public DateTimeOffset? ClaimedAt { get; init; }

    /// <summary>When its next attempt is due, while Scheduled.</summary>
    public DateTimeOffset? RunAfter { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Time on the device, once ended.</summary>
    public double DeviceMilliseconds { get; init; }

    /// <summary>What a live job waits for that does not run.</summary>
    public WaitReason? WaitsFor { get; init; }

    /// <summary>The job it runs after, while that one has not ended.</summary>
    public long? AfterJob { get; init; }

    /// <summary>What it was expected to take on the device, in milliseconds.</summary>
    public double EstimatedMilliseconds { get; init; }
}

/// <summary>The latest progress report of a job.</summary>
public sealed record JobProgress(long JobId, int Seq, int Step, int Steps, byte[]? PreviewWebp);

/// <summary>One lane and its number of jobs in each state.</summary>
public sealed record LaneCounts(
    string Lane, bool Paused, long Scheduled, long Enqueued, long Processing, long Succeeded, long Failed, long Deleted);

/// <summary>Which jobs to list; a null lets everything pass.</summary>
/// <param name="State">Only this state.</param>
/// <param name="OwnerId">Only this owner's.</param>
/// <param name="Model">Only of this model.</param>
/// <param name="Before">Only ids below this one: the last id of the page before.</param>
/// <param name="Limit">At most this many, 1–500.</param>
/// <param name="EndedOnly">Only jobs that have ended, whichever way: a page of history is then full of history.</param>
/// <param name="Lane">Only of this lane.</param>
public sealed record JobFilter(
    JobState? State = null, Guid? OwnerId = null, string? Model = null, long? Before = null, int Limit = 50, bool EndedOnly = false,
    string? Lane = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<JobError>))]
internal sealed partial class QueueJson : JsonSerializerContext;

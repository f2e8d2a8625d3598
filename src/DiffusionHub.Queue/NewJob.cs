namespace DiffusionHub.Queue;

/// <summary>A job to queue.</summary>
/// <param name="OwnerId">Who asked for it.</param>
/// <param name="GroupId">Shared by the pictures that were asked for together.</param>
/// <param name="Lane">Where it waits: <c>interactive</c>, <c>normal</c> or <c>bulk</c>.</param>
/// <param name="Model">The model it needs: only workers that have it claim it.</param>
/// <param name="BatchKey">Jobs of one key can run as one batch (model, size, steps, sampler, kind of guidance).</param>
/// <param name="Payload">The request document, JSON of at most <see cref="JobQueue.PayloadBytes"/>.</param>
public sealed record NewJob(Guid OwnerId, Guid GroupId, string Lane, string Model, string BatchKey, string Payload)
{
    /// <summary>What it will take on the device in milliseconds, 0 to 1e12; null: what the queue has learnt of <see cref="Work"/>.</summary>
    public double? CostMilliseconds { get; init; }

    /// <summary>What is to be done, as far as it decides what it costs.</summary>
    public JobWork Work { get; init; } = JobWork.Unknown;

    /// <summary>Not before this time, by the database's clock; null: at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Only once this job has succeeded; it ends as that one does when it fails or is cancelled.</summary>
    public long? AfterJob { get; init; }

    /// <summary>The same for a job of this very submission: its index in the list.</summary>
    public int? AfterIndex { get; init; }

    /// <summary>Of a person's submissions with one key only the first makes a job; later ones are given its id. At most 200 characters.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Where <see cref="JobQueue.ReplaceAsync"/> puts it: a person's slot holds at most one waiting job.</summary>
    public string? Slot { get; init; }

    /// <summary>Attempts before it is Failed, from 1.</summary>
    public int MaxAttempts { get; init; } = 3;
}

/// <summary>What a job's cost depends on beside its model.</summary>
/// <param name="Task">Kind of work, such as <c>generate</c> or <c>upscale</c>.</param>
/// <param name="Width">Width in pixels; 0: unknown.</param>
/// <param name="Height">Height in pixels; 0: unknown.</param>
/// <param name="Steps">Denoising steps; 0: unknown.</param>
public sealed record JobWork(string Task, int Width, int Height, int Steps)
{
    /// <summary>Nothing is known: the cost is learnt of the model alone.</summary>
    public static readonly JobWork Unknown = new("", 0, 0, 0);
}

/// <summary>Why a job does not run.</summary>
public enum WaitReason
{
    /// <summary>Others are before it.</summary>
    Line,

    /// <summary>Its person runs as many jobs as allowed.</summary>
    RunningLimit,

    /// <summary>Its lane is paused.</summary>
    LanePaused,

    /// <summary>No living worker has its model.</summary>
    NoWorker,

    /// <summary>It was asked for at a later time.</summary>
    Time,

    /// <summary>The pause before its next attempt.</summary>
    Pause,

    /// <summary>The job it runs after has not ended.</summary>
    OtherJob,
}

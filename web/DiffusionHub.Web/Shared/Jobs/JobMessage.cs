using DiffusionHub.Domain.Jobs;

namespace DiffusionHub.Web.Shared.Jobs;

/// <summary>A job as programs see it, over SignalR and the API alike.</summary>
public sealed record JobMessage
{
    /// <summary>The job.</summary>
    public required long JobId { get; init; }

    /// <summary>The request it belongs to.</summary>
    public required Guid GroupId { get; init; }

    /// <summary>Scheduled, Enqueued, Processing, Succeeded, Failed or Deleted.</summary>
    public required string State { get; init; }

    /// <summary>Place in line, from 1, while it is enqueued.</summary>
    public int? Position { get; init; }

    /// <summary>
    /// How long until it starts, about, from when this was sent; for <c>Time</c> and <c>Pause</c> until it joins the line. Null: unknown.
    /// </summary>
    public long? StartsInMilliseconds { get; init; }

    /// <summary>
    /// Why it waits, while it does: Line (others are before it), RunningLimit, LanePaused, NoWorker, Time, Pause (before another attempt) or OtherJob.
    /// </summary>
    public string? WaitsFor { get; init; }

    /// <summary>Steps done, while it is processing.</summary>
    public int? Step { get; init; }

    /// <summary>Steps in all.</summary>
    public int? Steps { get; init; }

    /// <summary>The forming picture: WebP, base64 in JSON.</summary>
    public byte[]? Preview { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    /// <summary>Attempts begun.</summary>
    public int Attempt { get; init; }

    /// <summary>Time on the device in milliseconds, once it ended.</summary>
    public double? DeviceMilliseconds { get; init; }

    /// <summary>The published picture.</summary>
    public Guid? PictureId { get; init; }

    /// <summary>Address of the picture on this hub.</summary>
    public string? PictureUrl { get; init; }

    /// <summary>How the picture stands with the hub's content rules: fine, blurred, held or removed; of the last two there is no file.</summary>
    public string? Standing { get; init; }

    /// <summary>Why it does not stand as fine.</summary>
    public string? StandingReason { get; init; }

    /// <summary>The message for an update that is sent now.</summary>
    internal static JobMessage From(JobUpdate update, DateTimeOffset now) => new()
    {
        JobId = update.Job.JobId,
        GroupId = update.Job.GroupId,
        State = Enum.GetName<JobState>(update.Job.State)!,
        Position = update.Job.Position,
        StartsInMilliseconds = update.StartsAt is { } start ? (long)Math.Max(0, (start - now).TotalMilliseconds) : null,
        WaitsFor = update.Job.WaitsFor is { } reason ? Enum.GetName(reason) : null,
        Step = update.Job.Step,
        Steps = update.Job.Steps,
        Preview = update.Job.PreviewWebp,
        Error = update.Job.Error,
        Attempt = update.Job.Attempt,
        DeviceMilliseconds = update.Job.DeviceMilliseconds,
        PictureId = update.Picture?.Id,
        PictureUrl = update.Picture is { } picture ? $"/pictures/{picture.Id}.png" : null,
        Standing = update.Picture?.Standing,
        StandingReason = update.Picture?.StandingReason,
    };
}

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

    /// <summary>The message for an update.</summary>
    internal static JobMessage From(JobUpdate update) => new()
    {
        JobId = update.Job.JobId,
        GroupId = update.Job.GroupId,
        State = Enum.GetName<JobState>(update.Job.State)!,
        Position = update.Job.Position,
        Step = update.Job.Step,
        Steps = update.Job.Steps,
        Preview = update.Job.PreviewWebp,
        Error = update.Job.Error,
        Attempt = update.Job.Attempt,
        DeviceMilliseconds = update.Job.DeviceMilliseconds,
        PictureId = update.Picture?.Id,
        PictureUrl = update.Picture is { } picture ? $"/pictures/{picture.Id}.png" : null,
    };
}

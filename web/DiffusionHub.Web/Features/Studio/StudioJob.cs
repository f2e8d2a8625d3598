using System.Globalization;
using System.Text.Json;
using DiffusionHub.Domain.Jobs;
using DiffusionHub.Domain.Pictures;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Queue;
using DiffusionHub.Web.Shared.Jobs;

namespace DiffusionHub.Web.Features.Studio;

/// <summary>One picture on the Studio's board: waiting, forming, finished, failed or cancelled.</summary>
public sealed record StudioJob
{
    public required long JobId { get; init; }
    public required Guid GroupId { get; init; }
    public required GenerationRequest Request { get; init; }
    public required JobState State { get; init; }
    public bool CancelRequested { get; init; }
    public int? Position { get; init; }

    /// <summary>Why it does not run yet, while it waits.</summary>
    public WaitReason? WaitsFor { get; init; }

    /// <summary>When it will start, about; null where nobody can say.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    public int Step { get; init; }
    public int Steps { get; init; }

    /// <summary>The forming picture as a data address; the last one seen stays beneath the finished picture until that has loaded.</summary>
    public string? Preview { get; init; }

    public string? Error { get; init; }
    public Guid? PictureId { get; init; }

    /// <summary>How the picture stands with the content rules.</summary>
    public string Standing { get; init; } = PictureStanding.Fine;

    /// <summary>Why it does not stand as fine.</summary>
    public string? StandingReason { get; init; }

    /// <summary>What it is called: its prompt; where it has none, the model that it comes from.</summary>
    public string Title => Request.Prompt.Length > 0 ? Request.Prompt : string.Format(CultureInfo.InvariantCulture, StudioTexts.Wordless, Request.Model);

    public bool IsLive => State is JobState.Scheduled or JobState.Enqueued or JobState.Processing;

    internal static StudioJob From(JobUpdate update, StudioJob? known)
    {
        var job = update.Job;
        return new StudioJob
        {
            JobId = job.JobId,
            GroupId = job.GroupId,
            Request = JsonSerializer.Deserialize(job.Payload, RequestJson.Default.GenerationRequest)!,
            State = job.State,
            CancelRequested = job.CancelRequested,
            Position = job.Position,
            WaitsFor = job.WaitsFor,
            // What was foretold holds until something else is: a change may be told without it.
            StartsAt = update.StartsAt ?? (known?.WaitsFor == job.WaitsFor ? known?.StartsAt : null),
            Step = job.Step ?? 0,
            Steps = job.Steps ?? 0,
            Preview = job.PreviewWebp is { } webp ? $"data:image/webp;base64,{Convert.ToBase64String(webp)}" : known?.Preview,
            Error = job.Error,
            PictureId = update.Picture?.Id,
            Standing = update.Picture?.Standing ?? PictureStanding.Fine,
            StandingReason = update.Picture?.StandingReason,
        };
    }
}

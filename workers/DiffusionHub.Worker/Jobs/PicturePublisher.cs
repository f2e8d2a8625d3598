using System.Diagnostics;
using System.Text.Json;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Imaging;
using DiffusionHub.Pipelines;
using DiffusionHub.Queue;
using DiffusionHub.Worker.Telemetry;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace DiffusionHub.Worker.Jobs;

/// <summary>Makes a finished run the picture, the thumbnail and the gallery row that are published with the job's end.</summary>
internal sealed class PicturePublisher(Publication publication, ILogger logger)
{
    private const int ThumbnailSide = 512;
    private const int ThumbnailQuality = 80;

    /// <summary>Publishes the picture of a job; throws as <see cref="Publication.PublishAsync"/> does.</summary>
    public async Task<FinishResult> PublishAsync(RunningJob job, JobRequest request, FinishedRun run, JobTelemetry telemetry, CancellationToken hardStop)
    {
        var claim = job.Claim;
        var encoding = Stopwatch.GetTimestamp();
        var png = new PublishedFile(Publication.KeyOf(claim, "picture.png"), PictureFile.Png(run.Batch, 0, request.Run, run.Model));
        var thumbnail = new PublishedFile(
            Publication.KeyOf(claim, "thumbnail.webp"), ImageCodec.Thumbnail(run.Batch.Image(0), ThumbnailSide, ThumbnailQuality));
        var encoded = Stopwatch.GetElapsedTime(encoding);
        telemetry.Stage("encode", encoded);
        var device = run.Batch.Timings.Total.TotalMilliseconds;
        var row = RowOf(claim, request, png.Key, thumbnail.Key, png.Content.Length, device);
        var (result, storing, finishing) = await publication.PublishAsync(job, [png, thumbnail], new JobResult(device), [row], hardStop);
        telemetry.Stage("store", telemetry.Elapsed - finishing - storing, storing);
        telemetry.Stage("finish", finishing);
        logger.Finished(
            claim.JobId, result, device, telemetry.Elapsed.TotalMilliseconds - device, encoded.TotalMilliseconds, storing.TotalMilliseconds,
            finishing.TotalMilliseconds);
        return result;
    }

    private static NpgsqlBatchCommand RowOf(JobClaim claim, JobRequest request, string pngKey, string thumbnailKey, long bytes, double device)
    {
        var document = request.Document;
        return new NpgsqlBatchCommand(Statements.PublishPicture)
        {
            Parameters =
            {
                new() { Value = Guid.CreateVersion7() },
                new() { Value = claim.OwnerId },
                new() { Value = claim.JobId },
                new() { Value = claim.GroupId },
                new() { Value = document.Model },
                new() { Value = document.Prompt },
                new() { Value = document.Seed!.Value },
                new() { Value = document.Width!.Value },
                new() { Value = document.Height!.Value },
                new() { Value = JsonSerializer.Serialize(document, RequestJson.Default.GenerationRequest), NpgsqlDbType = NpgsqlDbType.Jsonb },
                new() { Value = pngKey },
                new() { Value = thumbnailKey },
                new() { Value = bytes },
                new() { Value = device },
            },
        };
    }
}

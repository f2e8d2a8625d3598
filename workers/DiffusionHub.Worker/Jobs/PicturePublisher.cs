using System.Diagnostics;
using System.Text.Json;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Imaging;
using DiffusionHub.Pipelines;
using DiffusionHub.Queue;
using DiffusionHub.Worker.Safety;
using DiffusionHub.Worker.Telemetry;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace DiffusionHub.Worker.Jobs;

/// <summary>A picture as it is stored.</summary>
/// <param name="Png">The picture with its parameters.</param>
/// <param name="Thumbnail">A small one, WebP.</param>
internal sealed record PictureFiles(byte[] Png, byte[] Thumbnail);

/// <summary>Makes a finished run the picture, the thumbnail and the gallery row that are published with the job's end.</summary>
internal sealed class PicturePublisher(Publication publication, ILogger logger)
{
    private const int ThumbnailSide = 512;
    private const int ThumbnailQuality = 80;

    /// <summary>Publishes the picture of a job; throws as <see cref="Publication.PublishAsync"/> does.</summary>
    public Task<FinishResult> PublishAsync(RunningJob job, JobRequest request, FinishedRun run, byte[]? resultKey, JobTelemetry telemetry, CancellationToken hardStop)
    {
        var encoding = Stopwatch.GetTimestamp();
        var files = new PictureFiles(PictureFile.Png(run.Batch, 0, request.Run, run.Model), ImageCodec.Thumbnail(run.Batch.Image(0), ThumbnailSide, ThumbnailQuality));
        var encoded = Stopwatch.GetElapsedTime(encoding);
        telemetry.Stage("encode", encoded);
        if (run.Verdict.Cost > TimeSpan.Zero)
        {
            telemetry.Stage("safety", run.Verdict.Cost);
        }

        var computed = run.Batch.Timings.Total + run.Verdict.Cost;
        return PublishAsync(job, request, files, new Making(computed.TotalMilliseconds, encoded, resultKey, run.Verdict), telemetry, hardStop);
    }

    /// <summary>Publishes a copy of a picture that was made from the same before, as that one stands; throws as <see cref="Publication.PublishAsync"/> does.</summary>
    public Task<FinishResult> PublishCopyAsync(RunningJob job, JobRequest request, PictureFiles files, SafetyVerdict verdict, byte[] resultKey, JobTelemetry telemetry, CancellationToken hardStop) =>
        PublishAsync(job, request, files, new Making(0, TimeSpan.Zero, resultKey, verdict), telemetry, hardStop);

    private async Task<FinishResult> PublishAsync(RunningJob job, JobRequest request, PictureFiles files, Making made, JobTelemetry telemetry, CancellationToken hardStop)
    {
        var claim = job.Claim;
        var png = new PublishedFile(Publication.KeyOf(claim, "picture.png"), files.Png);
        var thumbnail = new PublishedFile(Publication.KeyOf(claim, "thumbnail.webp"), files.Thumbnail);
        var row = RowOf(claim, request, png.Key, thumbnail.Key, png.Content.Length, made);
        var (result, storing, finishing) = await publication.PublishAsync(job, [png, thumbnail], new JobResult(made.DeviceMilliseconds), [row], hardStop);
        telemetry.Stage("store", telemetry.Elapsed - finishing - storing, storing);
        telemetry.Stage("finish", finishing);
        logger.Finished(
            claim.JobId, result, made.DeviceMilliseconds, telemetry.Elapsed.TotalMilliseconds - made.DeviceMilliseconds, made.Encoding.TotalMilliseconds, storing.TotalMilliseconds,
            finishing.TotalMilliseconds);
        return result;
    }

    private static NpgsqlBatchCommand RowOf(JobClaim claim, JobRequest request, string pngKey, string thumbnailKey, long bytes, Making made)
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
                new() { Value = made.DeviceMilliseconds },
                new() { Value = made.ResultKey ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea },
                new() { Value = made.Verdict.Standing },
                new() { Value = made.Verdict.Reason ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            },
        };
    }

    private sealed record Making(double DeviceMilliseconds, TimeSpan Encoding, byte[]? ResultKey, SafetyVerdict Verdict);
}

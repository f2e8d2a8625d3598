using System.Diagnostics;
using System.Text.Json;
using DiffusionHub.Data.Blobs;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Imaging;
using DiffusionHub.Pipelines;
using DiffusionHub.Queue;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace DiffusionHub.Worker.Jobs;

/// <summary>The picture store did not take a finished picture for too long.</summary>
internal sealed class StoreAwayException(IOException inner) : Exception(inner.Message, inner);

/// <summary>Stores a finished picture and publishes it with the job's end: blobs first, then the fenced transaction.</summary>
internal sealed class PicturePublisher(JobQueue queue, IBlobStore blobs, WorkerState state, ILogger logger)
{
    /// <summary>The topic of the store's problems in <see cref="WorkerState"/>.</summary>
    public const string StoreTopic = "store";

    private const int ThumbnailSide = 512;
    private const int ThumbnailQuality = 80;
    private static readonly TimeSpan StorePatience = TimeSpan.FromSeconds(20);

    /// <summary>Publishes the picture of a job.</summary>
    /// <remarks>
    /// Once the finish was sent, only the database can say what became of it: neither a lost lease nor a cancel ends the wait for its answer.
    /// </remarks>
    /// <exception cref="StoreAwayException">The store takes nothing; the job should be given back.</exception>
    /// <exception cref="OperationCanceledException">The job was stopped meanwhile.</exception>
    /// <exception cref="PostgresException">The database refuses the picture.</exception>
    public async Task<FinishResult> PublishAsync(RunningJob job, JobRequest request, FinishedRun run, long claimedAt, CancellationToken hardStop)
    {
        var claim = job.Claim;
        var encoding = Stopwatch.GetTimestamp();
        var png = PictureFile.Png(run.Batch, 0, request.Run, run.Model);
        var thumbnail = ImageCodec.Thumbnail(run.Batch.Image(0), ThumbnailSide, ThumbnailQuality);
        var storing = Stopwatch.GetTimestamp();
        // The claim is part of the key: a zombie's picture never overwrites the published one.
        var (pngKey, thumbnailKey) = ($"{claim.JobId}/{claim.ClaimToken}/picture.png", $"{claim.JobId}/{claim.ClaimToken}/thumbnail.webp");
        var (orphans, lost) = (true, false);
        try
        {
            await PutAsync(pngKey, png, job.Stopped);
            await PutAsync(thumbnailKey, thumbnail, job.Stopped);
            var finishing = Stopwatch.GetTimestamp();
            var device = run.Batch.Timings.Total.TotalMilliseconds;
            NpgsqlBatchCommand[] also = [RowOf(claim, request, pngKey, thumbnailKey, png.Length, device)];
            // From here on the row may be committed without our hearing of it: only a definite no makes the files orphans.
            orphans = false;
            var result = await Patience.UntilDatabaseAnswersAsync(
                state, FinishAsync, hardStop);
            orphans = result != FinishResult.Published;
            logger.Finished(
                claim.JobId, result, device, Stopwatch.GetElapsedTime(claimedAt).TotalMilliseconds - device, Milliseconds(encoding, storing),
                Milliseconds(storing, finishing), Stopwatch.GetElapsedTime(finishing).TotalMilliseconds);
            return result;

            async Task<FinishResult> FinishAsync()
            {
                try
                {
                    return await queue.FinishAsync(claim, new JobResult(device), also, CancellationToken.None);
                }
                catch (QueueUnavailableException)
                {
                    lost = true;
                    throw;
                }
            }
        }
        catch (PostgresException)
        {
            // No "no" where an earlier try's answer was lost: that one may have been committed.
            orphans = !lost;
            throw;
        }
        finally
        {
            if (orphans)
            {
                Drop(pngKey, thumbnailKey);
            }
        }
    }

    private async Task PutAsync(string key, byte[] content, CancellationToken stopped)
    {
        var started = Stopwatch.GetTimestamp();
        var pause = TimeSpan.FromMilliseconds(250);
        while (true)
        {
            try
            {
                await blobs.PutAsync(key, content, stopped);
                state.Set(StoreTopic, null);
                return;
            }
            catch (IOException e)
            {
                state.Set(StoreTopic, e.Message);
                if (Stopwatch.GetElapsedTime(started) > StorePatience)
                {
                    throw new StoreAwayException(e);
                }
            }

            await Task.Delay(pause, stopped);
            pause = TimeSpan.FromSeconds(Math.Min(2, pause.TotalSeconds * 2));
        }
    }

    private void Drop(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            try
            {
                blobs.Delete(key);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A store that is away keeps an orphan for housekeeping; the reason is the problem already told.
                state.Set(StoreTopic, e.Message);
            }
        }
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

    private static double Milliseconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;
}

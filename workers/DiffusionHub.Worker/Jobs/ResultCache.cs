using DiffusionHub.Data.Blobs;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Queue;
using DiffusionHub.Worker.Models;
using DiffusionHub.Worker.Safety;
using DiffusionHub.Worker.Telemetry;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace DiffusionHub.Worker.Jobs;

/// <summary>
/// Answers a request that was fulfilled before with a copy of its picture. A wrong answer would be worse than none: whatever changes while a job runs, or
/// cannot be looked at, leaves its picture without a key.
/// </summary>
/// <param name="device">What computes the pictures, how precisely, and what looks at them; null: every job is computed.</param>
/// <param name="sourceOf">Where a model lies.</param>
/// <param name="loaded">How the files of models in memory were.</param>
/// <param name="dataSource">The hub's database.</param>
/// <param name="blobs">The store.</param>
/// <param name="publisher">Publishes copies.</param>
/// <param name="logger">The log.</param>
internal sealed class ResultCache(
    string? device, Func<string, ModelSource> sourceOf, LoadedFiles loaded, NpgsqlDataSource dataSource, IBlobStore blobs, PicturePublisher publisher, ILogger logger)
{
    // There somebody wants to see something new with each change.
    private const string LiveLane = "live";

    /// <summary>What a job's picture will depend on as things are now; null where it is to be computed in any case.</summary>
    public ResultKey? KeyOf(JobClaim claim, JobRequest request)
    {
        if (device is null || claim.Lane == LiveLane)
        {
            return null;
        }

        try
        {
            return ResultKey.Of(request, sourceOf(request.Model.Name), device);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ModelFolderException)
        {
            // Whoever needs the file tells what is wrong with it.
            logger.RecallFailed(claim.JobId, e.Message);
            return null;
        }
    }

    /// <summary>The key of a picture that was made: null where something it depends on is no longer as it was, or was loaded otherwise.</summary>
    public byte[]? Holds(ResultKey? before, JobClaim claim, JobRequest request, FinishedRun run) =>
        before is not null && loaded.Of(run.Maker) == before.ModelFiles && KeyOf(claim, request) is { } after && after.Hash.AsSpan().SequenceEqual(before.Hash) ? before.Hash : null;

    /// <summary>Publishes a copy of the picture that was made from the same.</summary>
    /// <returns>What became of it; null where there is none, and the job is to be computed.</returns>
    public async Task<FinishResult?> AnswerAsync(RunningJob job, JobRequest request, ResultKey? key, JobTelemetry telemetry, CancellationToken hardStop)
    {
        if (key is null || !request.SeedGiven)
        {
            return null;
        }

        var began = telemetry.Elapsed;
        var found = await FindAsync(job, request, key);
        telemetry.Stage("recall", telemetry.Elapsed - began);
        if (found is not var (blobKey, files, verdict))
        {
            return null;
        }

        var result = await publisher.PublishCopyAsync(job, request, files, verdict, key.Hash, telemetry, hardStop);
        logger.Reused(job.Claim.JobId, blobKey, result);
        return result;
    }

    private async Task<(string BlobKey, PictureFiles Files, SafetyVerdict Verdict)?> FindAsync(RunningJob job, JobRequest request, ResultKey key)
    {
        try
        {
            foreach (var (png, thumbnail, bytes, verdict) in await CandidatesAsync(request, key, job.Stopped))
            {
                // In memory before anything is published: the original may go at any moment.
                if (await ReadAsync(png, job.Stopped) is { } picture && picture.Length == bytes && await ReadAsync(thumbnail, job.Stopped) is { Length: > 0 } small)
                {
                    return (png, new PictureFiles(picture, small), verdict);
                }
            }
        }
        catch (Exception e) when (QueueDatabase.IsUnavailable(e) || e is UnauthorizedAccessException)
        {
            // Computing it takes longer, and is never wrong.
            logger.RecallFailed(job.Claim.JobId, e.Message);
        }

        return null;
    }

    private async Task<List<(string Png, string Thumbnail, long Bytes, SafetyVerdict Verdict)>> CandidatesAsync(JobRequest request, ResultKey key, CancellationToken stopped)
    {
        await using var command = dataSource.CreateCommand(Statements.FindResult);
        command.Parameters.Add(new() { Value = key.Hash });
        command.Parameters.Add(new() { Value = ResultKey.Json(request), NpgsqlDbType = NpgsqlDbType.Jsonb });
        await using var reader = await command.ExecuteReaderAsync(stopped);
        var found = new List<(string, string, long, SafetyVerdict)>();
        while (await reader.ReadAsync(stopped))
        {
            found.Add((reader.GetString(0), reader.GetString(1), reader.GetInt64(2), new SafetyVerdict(reader.GetString(3), await reader.IsDBNullAsync(4, stopped) ? null : reader.GetString(4), TimeSpan.Zero)));
        }

        return found;
    }

    private async Task<byte[]?> ReadAsync(string key, CancellationToken stopped)
    {
        await using var stream = blobs.Open(key);
        if (stream is null)
        {
            return null;
        }

        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, stopped);
        return bytes.ToArray();
    }
}

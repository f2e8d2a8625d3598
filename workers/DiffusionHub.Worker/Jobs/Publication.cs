using System.Diagnostics;
using DiffusionHub.Data.Blobs;
using DiffusionHub.Queue;
using Npgsql;

namespace DiffusionHub.Worker.Jobs;

/// <summary>The picture store did not take a finished picture for too long.</summary>
internal sealed class StoreAwayException(IOException inner) : Exception(inner.Message, inner);

/// <summary>A file to store with a job's end.</summary>
internal sealed record PublishedFile(string Key, byte[] Content);

/// <summary>What became of a publication, and how long its two parts took.</summary>
internal sealed record PublicationResult(FinishResult Result, TimeSpan Storing, TimeSpan Finishing);

/// <summary>Stores a job's files and publishes them with its end: blobs first, then the fenced transaction.</summary>
internal sealed class Publication(JobQueue queue, IBlobStore blobs, WorkerState state)
{
    /// <summary>The topic of the store's problems in <see cref="WorkerState"/>.</summary>
    public const string StoreTopic = "store";

    private static readonly TimeSpan StorePatience = TimeSpan.FromSeconds(20);

    /// <summary>Where a file of a claim lies. The claim is part of the key: a zombie's picture never overwrites the published one.</summary>
    public static string KeyOf(JobClaim claim, string name) => $"{claim.JobId}/{claim.ClaimToken}/{name}";

    /// <summary>Publishes what a job made.</summary>
    /// <remarks>
    /// Once the finish was sent, only the database can say what became of it: neither a lost lease nor a cancel ends the wait for its answer.
    /// </remarks>
    /// <exception cref="StoreAwayException">The store takes nothing; the job should be given back.</exception>
    /// <exception cref="OperationCanceledException">The job was stopped meanwhile.</exception>
    /// <exception cref="PostgresException">The database refuses what goes with it.</exception>
    public async Task<PublicationResult> PublishAsync(
        RunningJob job, IReadOnlyList<PublishedFile> files, JobResult made, IReadOnlyList<NpgsqlBatchCommand> also, CancellationToken hardStop)
    {
        var storing = Stopwatch.GetTimestamp();
        var (orphans, lost) = (true, false);
        try
        {
            foreach (var file in files)
            {
                await PutAsync(file.Key, file.Content, job.Stopped);
            }

            var finishing = Stopwatch.GetTimestamp();
            // From here on the row may be committed without our hearing of it: only a definite no makes the files orphans.
            orphans = false;
            var result = await Patience.UntilDatabaseAnswersAsync(state, FinishAsync, hardStop);
            orphans = result != FinishResult.Published;
            if (result == FinishResult.Fenced)
            {
                await Patience.UntilDatabaseAnswersAsync(state, () => queue.NoteFencedAsync(job.Claim, CancellationToken.None), hardStop);
            }

            return new PublicationResult(result, Stopwatch.GetElapsedTime(storing, finishing), Stopwatch.GetElapsedTime(finishing));
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
                Drop(files);
            }
        }

        async Task<FinishResult> FinishAsync()
        {
            try
            {
                return await queue.FinishAsync(job.Claim, made, also, CancellationToken.None);
            }
            catch (QueueUnavailableException)
            {
                lost = true;
                throw;
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

    private void Drop(IReadOnlyList<PublishedFile> files)
    {
        foreach (var file in files)
        {
            try
            {
                blobs.Delete(file.Key);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A store that is away keeps an orphan for housekeeping; the reason is the problem already told.
                state.Set(StoreTopic, e.Message);
            }
        }
    }
}

using System.Text;
using DiffusionHub.Domain.Pictures;
using DiffusionHub.Queue;
using DiffusionHub.Worker;
using DiffusionHub.Worker.Jobs;
using Npgsql;

namespace DiffusionHub.Cli.Commands.Soak;

/// <summary>Does next to nothing for a job, but everything that a worker does with the queue and the store.</summary>
internal sealed class SoakHandler(JobQueue queue, ProgressReporter progress, Publication publication, WorkerState state) : IJobHandler
{
    // As a worker on a GPU has them: some in work at the same time, of one claim or of several.
    private const int Most = 4;
    private int _inWork;

    private const int Steps = 3;
    private static readonly TimeSpan StepTime = TimeSpan.FromMilliseconds(4);

    /// <inheritdoc/>
    public int Room => Most - Volatile.Read(ref _inWork);

    /// <inheritdoc/>
    public async Task HandleAsync(RunningJob job, CancellationToken hardStop)
    {
        Interlocked.Increment(ref _inWork);
        try
        {
            await RunAsync(job, hardStop);
        }
        catch (OperationCanceledException) when (hardStop.IsCancellationRequested)
        {
            // The reaper finds the job.
        }
        finally
        {
            Interlocked.Decrement(ref _inWork);
        }
    }

    private async Task RunAsync(RunningJob job, CancellationToken hardStop)
    {
        var claim = job.Claim;
        try
        {
            await WorkAsync(job);
            if (claim.Payload.Contains(SoakJobs.Poison, StringComparison.Ordinal)
                || (claim.Attempt == 1 && claim.Payload.Contains(SoakJobs.FailsOnce, StringComparison.Ordinal)))
            {
                await FailAsync(claim, retry: claim.Payload.Contains(SoakJobs.FailsOnce, StringComparison.Ordinal), hardStop);
                return;
            }

            var file = new PublishedFile(Publication.KeyOf(claim, SoakJobs.FileName), Encoding.UTF8.GetBytes(Publication.KeyOf(claim, SoakJobs.FileName)));
            var result = await publication.PublishAsync(job, [file], new JobResult(1), [RowOf(claim, file)], hardStop);
            var word = result.Result switch
            {
                FinishResult.Published => WorkerLine.Published, FinishResult.Fenced => WorkerLine.Fenced, _ => WorkerLine.Cancelled,
            };
            WorkerLine.Say(word, claim.JobId, claim.ClaimToken);
        }
        catch (OperationCanceledException) when (job.Reason != StopReason.None)
        {
            var held = await Patience.UntilDatabaseAnswersAsync(state, () => queue.ReleaseAsync(claim, CancellationToken.None), hardStop);
            WorkerLine.Say(held ? WorkerLine.Released : WorkerLine.Refused, claim.JobId, claim.ClaimToken);
        }
    }

    private async Task FailAsync(JobClaim claim, bool retry, CancellationToken hardStop)
    {
        var result = await Patience.UntilDatabaseAnswersAsync(state, () => queue.FailAsync(claim, SoakTexts.MadeToFail, retry, CancellationToken.None), hardStop);
        WorkerLine.Say(result == FailResult.Fenced ? WorkerLine.Refused : WorkerLine.Failed, claim.JobId, claim.ClaimToken);
    }

    private async Task WorkAsync(RunningJob job)
    {
        for (var step = 0; step < Steps; step++)
        {
            try
            {
                var answer = await progress.ReportAsync(job.Claim, step, Steps, null, CancellationToken.None);
                if (!answer.Current || answer.CancelRequested)
                {
                    job.Stop(answer.Current ? StopReason.Cancelled : StopReason.LeaseLost);
                }
            }
            catch (QueueUnavailableException)
            {
                // Progress is worth no retry, as in a worker that draws.
            }

            await Task.Delay(StepTime, job.Stopped);
        }
    }

    private static NpgsqlBatchCommand RowOf(JobClaim claim, PublishedFile file) => new(SoakSql.PublishPicture)
    {
        Parameters =
        {
            new() { Value = Guid.CreateVersion7() }, new() { Value = claim.OwnerId }, new() { Value = claim.JobId }, new() { Value = claim.GroupId },
            new() { Value = claim.Model }, new() { Value = "" }, new() { Value = 0L }, new() { Value = 1 }, new() { Value = 1 },
            new() { Value = "{}", NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Jsonb }, new() { Value = file.Key }, new() { Value = file.Key },
            new() { Value = (long)file.Content.Length }, new() { Value = 1.0 },
            new() { Value = DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bytea },
            new() { Value = PictureStanding.Fine }, new() { Value = DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
        },
    };
}

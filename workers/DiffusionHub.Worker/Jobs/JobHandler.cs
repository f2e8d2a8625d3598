using DiffusionHub.Inference;
using DiffusionHub.Inference.Devices;
using DiffusionHub.Pipelines;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Queue;
using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Worker.Computing;
using DiffusionHub.Worker.Models;
using DiffusionHub.Worker.Telemetry;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DiffusionHub.Worker.Jobs;

/// <summary>Makes the picture that a job asks for.</summary>
internal sealed class JobHandler(
    JobQueue queue, Floor floor, ModelShelf shelf, JobFiles files, JobRunner runner, PicturePublisher publisher, ResultCache results, WorkerState state, WorkerMeter meter, ILogger logger)
    : IJobHandler
{
    /// <inheritdoc/>
    public int Room => floor.Room;

    /// <inheritdoc/>
    public async Task HandleAsync(RunningJob job, CancellationToken hardStop)
    {
        using var telemetry = new JobTelemetry(meter, job.Claim);
        logger.Claimed(job.Claim.JobId, job.Claim.Attempt);
        using var place = floor.Announce();
        try
        {
            // Reading pictures takes time: the next claim need not wait for it.
            await Task.Run(() => RunAsync(job, place, telemetry, hardStop), CancellationToken.None);
        }
        catch (OperationCanceledException) when (hardStop.IsCancellationRequested)
        {
            logger.Released(job.Claim.JobId, StopReason.ShuttingDown);
        }
    }

    private async Task RunAsync(RunningJob job, Floor.Place place, JobTelemetry telemetry, CancellationToken hardStop)
    {
        JobRequest? asked = null;
        try
        {
            asked = JobRequest.Read(job.Claim, shelf, files);
            var key = results.KeyOf(job.Claim, asked);
            if (await results.AnswerAsync(job, asked, key, telemetry, hardStop) is { } copied)
            {
                telemetry.Ended($"{copied}");
                return;
            }

            var run = await runner.RunAsync(job, asked, place, telemetry);
            telemetry.Ended($"{await publisher.PublishAsync(job, asked, run, results.Holds(key, job.Claim, asked, run), telemetry, hardStop)}");
        }
        catch (OperationCanceledException) when (job.Reason != StopReason.None)
        {
            await GiveBackAsync(job.Claim, job.Reason, telemetry, hardStop);
        }
        catch (StoreAwayException)
        {
            await GiveBackAsync(job.Claim, StopReason.StoreAway, telemetry, hardStop);
        }
        catch (Exception e) when (e is PoisonJobException or ModelOutputException or UnfitRequestException)
        {
            // The same request gives the same bits: another attempt would end the same way.
            await FailAsync(job.Claim, e.Message, retry: false, telemetry, hardStop);
        }
        catch (DeviceLostException e)
        {
            // Charged: it may be what breaks the device. Nothing more can be computed in this process.
            await FailAsync(job.Claim, e.Message, retry: true, telemetry, hardStop);
            state.End(ProcessEnd.DeviceLost);
        }
        catch (Exception e) when (e is InferenceException or ModelFolderException)
        {
            await FailAsync(job.Claim, e.Message, retry: true, telemetry, hardStop);
        }
        catch (OutOfMemoryException) when (asked is not null)
        {
            var error = Statements.Text(WorkerTexts.OutOfMemory, asked.Run.Width, asked.Run.Height, asked.Model.Name);
            await FailAsync(job.Claim, error, retry: true, telemetry, hardStop);
        }
        catch (PostgresException e)
        {
            logger.Unexpected(e, job.Claim.JobId);
            await FailAsync(job.Claim, Statements.Text(WorkerTexts.PublishRefused, e.MessageText), retry: true, telemetry, hardStop);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The boundary of a job: whatever it does must not end the worker, and its owner must hear of it.
            logger.Unexpected(e, job.Claim.JobId);
            await FailAsync(job.Claim, Statements.Text(WorkerTexts.Unexpected, e.Message), retry: true, telemetry, hardStop);
        }
    }

    private async Task GiveBackAsync(JobClaim claim, StopReason reason, JobTelemetry telemetry, CancellationToken hardStop)
    {
        // With the lease lost the job is somebody else's already; asking again is refused and harmless.
        await Patience.UntilDatabaseAnswersAsync(state, () => queue.ReleaseAsync(claim, CancellationToken.None), hardStop);
        logger.Released(claim.JobId, reason);
        telemetry.Ended($"{reason}");
    }

    private async Task FailAsync(JobClaim claim, string error, bool retry, JobTelemetry telemetry, CancellationToken hardStop)
    {
        var result = await Patience.UntilDatabaseAnswersAsync(
            state, () => queue.FailAsync(claim, error, retry, CancellationToken.None), hardStop);
        logger.JobFailed(claim.JobId, result, error);
        telemetry.Ended($"{result}", error);
    }
}

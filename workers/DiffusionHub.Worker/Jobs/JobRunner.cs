using System.Diagnostics;
using DiffusionHub.Imaging;
using DiffusionHub.Inference.Devices;
using DiffusionHub.Pipelines;
using DiffusionHub.Queue;
using DiffusionHub.Worker.Computing;
using DiffusionHub.Worker.Models;
using DiffusionHub.Worker.Safety;
using DiffusionHub.Worker.Telemetry;
using Microsoft.Extensions.Logging;

namespace DiffusionHub.Worker.Jobs;

/// <summary>A picture and what made it.</summary>
/// <param name="Batch">The picture.</param>
/// <param name="Model">The model, by its name in the catalogue.</param>
/// <param name="Maker">The model in memory, which may have gone since.</param>
/// <param name="Verdict">How the picture stands with the content rules.</param>
internal sealed record FinishedRun(PictureBatch Batch, ModelDescription Model, IPipeline Maker, SafetyVerdict Verdict);

/// <summary>Runs jobs where and when there is room for them and reports their steps.</summary>
internal sealed class JobRunner(ModelShelf shelf, Residency residency, SafetyCheck safety, ProgressReporter progress, ILogger logger)
{
    /// <summary>Part of a run's time that previews may take.</summary>
    private const double PreviewShare = 0.1;

    private readonly Foresight _foresight = new();

    /// <summary>The picture of a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="request">What it asks for.</param>
    /// <param name="place">Its place on the floor, which it has left when this returns.</param>
    /// <param name="telemetry">Told where the time goes.</param>
    /// <exception cref="OperationCanceledException">The job was stopped; its reason says why.</exception>
    /// <exception cref="PoisonJobException">The content rules refuse the picture.</exception>
    public async Task<FinishedRun> RunAsync(RunningJob job, JobRequest request, Floor.Place place, JobTelemetry telemetry)
    {
        await using var mailbox = new ProgressMailbox((step, steps, preview) => progress.ReportAsync(job.Claim, step, steps, preview, CancellationToken.None), job, logger);
        // "Step 0" shows at once that it is in work.
        mailbox.Post(new StepReport(0, request.Run.Steps, null));
        using (place)
        {
            var began = telemetry.Elapsed;
            var acquiring = residency.AcquireAsync(shelf.Take(request.Model.Name), job.Stopped);
            if (!acquiring.IsCompleted)
            {
                place.HoldUp();
            }

            using var lease = await acquiring;
            telemetry.Stage("load", telemetry.Elapsed - began);
            began = telemetry.Elapsed;
            var shared = lease.Pipeline.ShareKey(request.Run);
            await place.EnterAsync(shared is null ? null : $"{request.Model.Name}\n{shared}", job.Stopped);
            telemetry.Stage("turn", telemetry.Elapsed - began);
            telemetry.Begins(place.Company);
            var run = await ComputeThread.RunAsync(() => Compute(job, request, place, lease.Pipeline, mailbox));
            telemetry.Computed(run.Batch.Timings);
            return run;
        }
    }

    // A full device: what nobody uses goes, and it is tried once more. (Batches have been halved by then.)
    private FinishedRun Compute(RunningJob job, JobRequest request, Floor.Place place, IPipeline pipeline, ProgressMailbox mailbox)
    {
        try
        {
            return ComputeOnce(job, request, place, pipeline, mailbox);
        }
        catch (DeviceMemoryException fault)
        {
            if (!residency.EvictIdle())
            {
                throw;
            }

            logger.MemoryFull(job.Claim.JobId, fault.Message);
            return ComputeOnce(job, request, place, pipeline, mailbox);
        }
    }

    private FinishedRun ComputeOnce(RunningJob job, JobRequest request, Floor.Place place, IPipeline pipeline, ProgressMailbox mailbox)
    {
        var budget = new PreviewBudget(PreviewShare, TimeProvider.System);
        job.Computes();
        try
        {
            var batch = pipeline.Run(
                request.Run,
                (in StepProgress step) =>
                {
                    job.Computes();
                    Tell(step, budget, mailbox);
                    if (step.Step >= step.Steps)
                    {
                        _foresight.Ends(request, place);
                    }
                },
                job.Stopped);
            _foresight.Learn(request, batch.Timings.Decode);
            // Its folder is its name: a card may call two folders the same.
            return new FinishedRun(batch, pipeline.Description with { Name = request.Model.Name }, pipeline, safety.Judge(batch));
        }
        finally
        {
            job.HasComputed();
        }
    }

    private void Tell(in StepProgress step, PreviewBudget budget, ProgressMailbox mailbox)
    {
        // After the last step the picture follows: telling of it would only hold the picture up.
        if (step.Step < step.Steps)
        {
            mailbox.Post(ReportOf(step, budget));
        }
    }

    private StepReport ReportOf(in StepProgress step, PreviewBudget budget)
    {
        RgbImage? preview = null;
        var left = budget.Left(step.Step, step.Steps);
        // A preview shows what the picture will be before anybody could look at it: what is to be blurred, held or refused must not be seen that way.
        if (!safety.IsOn && left > TimeSpan.Zero)
        {
            var started = Stopwatch.GetTimestamp();
            preview = step.Preview(0, left);
            budget.Count(Stopwatch.GetElapsedTime(started));
        }

        return new StepReport(step.Step, step.Steps, preview);
    }
}

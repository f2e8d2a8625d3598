using System.Diagnostics;
using DiffusionHub.Imaging;
using DiffusionHub.Pipelines;
using DiffusionHub.Queue;
using DiffusionHub.Worker.Models;
using Microsoft.Extensions.Logging;

namespace DiffusionHub.Worker.Jobs;

/// <summary>A picture and the model that made it, by its name in the catalogue.</summary>
internal sealed record FinishedRun(PictureBatch Batch, ModelDescription Model);

/// <summary>Runs one job on the inference thread and reports its steps.</summary>
internal sealed class JobRunner(InferenceThread thread, ModelShelf shelf, ProgressReporter progress, ILogger logger)
{
    /// <summary>Part of a run's time that previews may take.</summary>
    private const double PreviewShare = 0.1;

    /// <summary>The picture of a job.</summary>
    /// <exception cref="OperationCanceledException">The job was stopped; its reason says why.</exception>
    public async Task<FinishedRun> RunAsync(RunningJob job, JobRequest request)
    {
        await using var mailbox = new ProgressMailbox(progress, job, logger);
        // "Step 0" shows at once that it is in work.
        mailbox.Post(new StepReport(0, request.Run.Steps, null));
        return await thread.RunAsync(() =>
        {
            var pipeline = shelf.Load(request.Model.Name);
            var budget = new PreviewBudget(PreviewShare);
            var batch = pipeline.Run(request.Run, (in StepProgress step) => Tell(step, budget, mailbox), job.Stopped);
            // Its folder is its name: a card may call two folders the same.
            return new FinishedRun(batch, pipeline.Description with { Name = request.Model.Name });
        });
    }

    private static void Tell(in StepProgress step, PreviewBudget budget, ProgressMailbox mailbox)
    {
        // After the last step the picture follows: telling of it would only hold the picture up.
        if (step.Step < step.Steps)
        {
            mailbox.Post(ReportOf(step, budget));
        }
    }

    private static StepReport ReportOf(in StepProgress step, PreviewBudget budget)
    {
        RgbImage? preview = null;
        if (budget.Allows(step.Step, step.Steps))
        {
            var started = Stopwatch.GetTimestamp();
            preview = step.Preview(0);
            budget.Count(Stopwatch.GetElapsedTime(started));
        }

        return new StepReport(step.Step, step.Steps, preview);
    }
}

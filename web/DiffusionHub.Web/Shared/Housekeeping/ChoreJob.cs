using Quartz;

namespace DiffusionHub.Web.Shared.Housekeeping;

/// <summary>What the clock starts: the chore whose name the job bears. Never twice at once, on however many nodes.</summary>
[DisallowConcurrentExecution]
internal sealed class ChoreJob(ChoreRunner runner) : IJob
{
    /// <inheritdoc />
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await runner.RunAsync(context.JobDetail.Key.Name, cancellationToken);
}

using DiffusionHub.Queue;

namespace DiffusionHub.Worker.Jobs;

/// <summary>Takes a claimed job to one of its ends: published, failed, or given back.</summary>
internal interface IJobHandler
{
    /// <summary>Handles one job; its faults never leave here.</summary>
    /// <param name="claim">The job.</param>
    /// <param name="hardStop">The process ends now: what could not be told the database stays untold, and the reaper finds out.</param>
    Task HandleAsync(JobClaim claim, CancellationToken hardStop);
}

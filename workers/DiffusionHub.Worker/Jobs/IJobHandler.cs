namespace DiffusionHub.Worker.Jobs;

/// <summary>Takes claimed jobs to one of their ends: published, failed, or given back.</summary>
internal interface IJobHandler
{
    /// <summary>How many more jobs it could begin now. When that grows, it wakes the worker.</summary>
    int Room { get; }

    /// <summary>Handles one job; its faults never leave here. From the call on it counts in <see cref="Room"/>.</summary>
    /// <param name="job">The job.</param>
    /// <param name="hardStop">The process ends now: what could not be told the database stays untold, and the reaper finds out.</param>
    Task HandleAsync(RunningJob job, CancellationToken hardStop);
}

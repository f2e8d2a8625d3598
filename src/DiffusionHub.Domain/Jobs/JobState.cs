namespace DiffusionHub.Domain.Jobs;

/// <summary>Where a job stands. The words are Hangfire's, so that its users feel at home.</summary>
public enum JobState
{
    /// <summary>Waits until a moment in the future (a retry's pause, say).</summary>
    Scheduled,

    /// <summary>Waits for a worker.</summary>
    Enqueued,

    /// <summary>A worker holds it under a lease.</summary>
    Processing,

    /// <summary>Ended with its pictures published.</summary>
    Succeeded,

    /// <summary>Ended with an error after its last attempt.</summary>
    Failed,

    /// <summary>Cancelled by its owner or an administrator.</summary>
    Deleted,
}

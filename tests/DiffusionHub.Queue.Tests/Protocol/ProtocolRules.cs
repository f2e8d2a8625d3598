namespace DiffusionHub.Queue.Tests.Protocol;

/// <summary>What happens in the model, and its safeguards: each can be taken away, to see that the model notices.</summary>
internal sealed record ProtocolRules
{
    /// <summary>Attempts that a job has (the queue's <c>max_attempts</c>).</summary>
    public int MaxAttempts { get; init; } = 2;

    /// <summary>Statements that may be under way although nobody waits for them any more.</summary>
    public int Forgotten { get; init; } = 1;

    /// <summary>Whether somebody may cancel one of the jobs at any time.</summary>
    public bool Cancels { get; init; } = true;

    /// <summary>Whether a worker's run may end with an error.</summary>
    public bool Errors { get; init; } = true;

    /// <summary>finish.sql and fail.sql look at the claim token.</summary>
    public bool ChecksToken { get; init; } = true;

    /// <summary>claim.sql looks at the epoch (and the lease).</summary>
    public bool ChecksLease { get; init; } = true;

    /// <summary>reap-workers.sql raises the epoch in the transaction that frees the jobs.</summary>
    public bool RaisesEpoch { get; init; } = true;

    /// <summary>A worker whose finish went unanswered asks read-ending.sql before it takes a "no row" for a no.</summary>
    public bool AsksWhatBecame { get; init; } = true;

    /// <summary>A worker whose claim went unanswered gives back what it may have got (release.sql).</summary>
    public bool GivesBack { get; init; } = true;

    /// <summary>A heartbeat tells an idle worker of claims that it holds without knowing.</summary>
    public bool HeartbeatTells { get; init; } = true;

    /// <summary>finish.sql looks at the cancel flag.</summary>
    public bool FinishSeesCancel { get; init; } = true;
}

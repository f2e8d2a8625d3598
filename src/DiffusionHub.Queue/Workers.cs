namespace DiffusionHub.Queue;

/// <summary>What a worker says of itself when it comes.</summary>
/// <param name="WorkerId">Its id: one a process.</param>
/// <param name="Name">Name to show.</param>
/// <param name="Host">The machine.</param>
/// <param name="ProcessId">The process there.</param>
/// <param name="Device">What it computes on, such as <c>cpu</c>.</param>
/// <param name="Models">Names of the models it can run.</param>
public sealed record WorkerDescription(Guid WorkerId, string Name, string Host, int ProcessId, string Device, IReadOnlyList<string> Models);

/// <summary>How a worker is, told with each heartbeat.</summary>
/// <param name="Resident">Models in its memory.</param>
/// <param name="MemoryBytes">Resident memory of its process.</param>
/// <param name="Problem">Why it does not claim at the moment, or null.</param>
public sealed record WorkerCondition(IReadOnlyList<string> Resident, long MemoryBytes, string? Problem = null);

/// <summary>The answer to a heartbeat.</summary>
/// <param name="Current">False: the epoch is over, its jobs were given to others. Register again.</param>
/// <param name="Draining">It should claim nothing more.</param>
/// <param name="CancelRequested">Jobs of its own that are to stop.</param>
/// <param name="Held">
/// Tokens of the claims that it holds. One that it does not know, with no claim under way, is of a claim whose answer was lost:
/// <see cref="JobQueue.ReleaseOthersAsync"/>.
/// </param>
/// <param name="WorkWaits">There are jobs that it could claim, if others do not.</param>
/// <param name="ReapDue">There is something for <see cref="Reaper"/> to do.</param>
public sealed record HeartbeatAnswer(
    bool Current, bool Draining, IReadOnlyList<long> CancelRequested, IReadOnlyList<long> Held, bool WorkWaits, bool ReapDue)
{
    /// <summary>The answer to a worker whose epoch is over.</summary>
    public static readonly HeartbeatAnswer Lost = new(false, false, [], [], false, false);
}

/// <summary>A worker as the admin page shows it.</summary>
public sealed record WorkerView
{
    /// <summary>Its id.</summary>
    public required Guid WorkerId { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The machine.</summary>
    public required string Host { get; init; }

    /// <summary>The process there.</summary>
    public int ProcessId { get; init; }

    /// <summary>What it computes on.</summary>
    public required string Device { get; init; }

    /// <summary>How often it registered.</summary>
    public long Epoch { get; init; }

    /// <summary>When its lease runs out unless renewed.</summary>
    public DateTimeOffset LeaseUntil { get; init; }

    /// <summary>True while the lease holds, by the database's clock.</summary>
    public bool Alive { get; init; }

    /// <summary>Models it can run.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>Models in its memory.</summary>
    public required IReadOnlyList<string> Resident { get; init; }

    /// <summary>Resident memory of its process in bytes.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>It claims nothing more.</summary>
    public bool Draining { get; init; }

    /// <summary>Why it does not claim at the moment, or null.</summary>
    public string? Problem { get; init; }

    /// <summary>When it came.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Its last heartbeat.</summary>
    public DateTimeOffset HeartbeatAt { get; init; }

    /// <summary>How many jobs it has in hand.</summary>
    public int Running { get; init; }

    /// <summary>The one of them that it has had longest, or null.</summary>
    public long? CurrentJobId { get; init; }

    /// <summary>Steps done of that job.</summary>
    public int? Step { get; init; }

    /// <summary>Steps of that job in all.</summary>
    public int? Steps { get; init; }
}

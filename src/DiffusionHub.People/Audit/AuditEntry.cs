namespace DiffusionHub.People.Audit;

/// <summary>One line of the audit log: who did what to whom, and from where. Lines are only ever added.</summary>
public sealed class AuditEntry
{
    /// <summary>Number of the line.</summary>
    public long Id { get; init; }

    /// <summary>When, by the database's clock.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Who; null: nobody that the hub knows.</summary>
    public Guid? ActorId { get; init; }

    /// <summary>Address or name of who acted, as it was then.</summary>
    public required string Actor { get; init; }

    /// <summary>How: <c>session</c>, <c>key PREFIX</c>, <c>command line</c> or <c>hub</c>.</summary>
    public required string Via { get; init; }

    /// <summary>Network address.</summary>
    public string? Address { get; init; }

    /// <summary>One of <see cref="AuditActions"/>.</summary>
    public required string Action { get; init; }

    /// <summary>What it was done to.</summary>
    public required string Subject { get; init; }

    /// <summary>More, as a JSON object; never a secret.</summary>
    public string Detail { get; init; } = "{}";
}

namespace DiffusionHub.People.Sessions;

/// <summary>A browser that is signed in. Its cookie holds a secret of which this knows the SHA-256; without the row the cookie is worth nothing.</summary>
public sealed class Session
{
    /// <summary>By which it is listed and revoked; no secret.</summary>
    public Guid Id { get; init; }

    /// <summary>SHA-256 of the cookie's secret, 32 bytes.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>Whose it is.</summary>
    public Guid AccountId { get; init; }

    /// <summary>The authentication ticket, protected with the hub's data protection keys.</summary>
    public required byte[] Ticket { get; set; }

    /// <summary>When it was signed in.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last used, to the minute.</summary>
    public DateTimeOffset SeenAt { get; set; }

    /// <summary>When it ends unless it is used.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>Address from which it was signed in.</summary>
    public string? Address { get; init; }

    /// <summary>What the browser called itself.</summary>
    public string? Browser { get; init; }
}

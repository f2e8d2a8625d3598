namespace DiffusionHub.People.Links;

/// <summary>A link that does one thing once. The link holds a secret of which this knows the SHA-256.</summary>
public sealed class Link
{
    /// <summary>By which it is listed; no secret.</summary>
    public Guid Id { get; init; }

    /// <summary>One of <see cref="LinkKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>SHA-256 of the secret, 32 bytes.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>Whose password or address it is about; null for invitations and the setup.</summary>
    public Guid? AccountId { get; init; }

    /// <summary>Role of the account that an invitation makes.</summary>
    public string? Role { get; init; }

    /// <summary>The address that an invitation is for, or that is to be confirmed; null: any.</summary>
    public string? Email { get; init; }

    /// <summary>Who made it; null: the hub itself.</summary>
    public Guid? CreatedBy { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it is refused.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was used; null: not yet.</summary>
    public DateTimeOffset? UsedAt { get; set; }

    /// <summary>By whom.</summary>
    public Guid? UsedBy { get; set; }
}

/// <summary>What links do.</summary>
public static class LinkKinds
{
    /// <summary>Makes the first administrator.</summary>
    public const string Setup = "setup";

    /// <summary>Makes an account.</summary>
    public const string Invitation = "invitation";

    /// <summary>Sets a new password.</summary>
    public const string Reset = "reset";

    /// <summary>Confirms an address.</summary>
    public const string Email = "email";
}

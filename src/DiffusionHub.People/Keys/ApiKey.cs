namespace DiffusionHub.People.Keys;

/// <summary>An API key. The key itself is shown once; this knows its SHA-256 (a key is 160 random bits, so that no slow hash is needed).</summary>
public sealed class ApiKey
{
    /// <summary>Id.</summary>
    public Guid Id { get; init; }

    /// <summary>Whose it is: it may do no more than its owner.</summary>
    public Guid AccountId { get; init; }

    /// <summary>What its owner calls it.</summary>
    public required string Name { get; init; }

    /// <summary>Its first characters, to recognise it.</summary>
    public required string Prefix { get; init; }

    /// <summary>SHA-256 of the key, 32 bytes.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>Some of <see cref="KeyScopes"/>.</summary>
    public required string[] Scopes { get; init; }

    /// <summary>Requests a minute; null: the hub's usual limit.</summary>
    public int? RequestsAMinute { get; init; }

    /// <summary>Pictures a day (UTC); null: as many as its owner.</summary>
    public int? PicturesADay { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it is refused; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was last used, to the minute.</summary>
    public DateTimeOffset? UsedAt { get; set; }

    /// <summary>When it was revoked; null: it was not.</summary>
    public DateTimeOffset? RevokedAt { get; set; }
}

/// <summary>Pictures asked for with a key on one day.</summary>
public sealed class ApiKeyDay
{
    /// <summary>The key.</summary>
    public Guid KeyId { get; init; }

    /// <summary>The day, UTC.</summary>
    public DateOnly Day { get; init; }

    /// <summary>How many.</summary>
    public int Pictures { get; init; }
}

/// <summary>What a key may be used for.</summary>
public static class KeyScopes
{
    /// <summary>To submit and cancel jobs and to upload pictures.</summary>
    public const string Generate = "generate";

    /// <summary>To read jobs, pictures and models.</summary>
    public const string Read = "read";

    /// <summary>To do what its owner may do as an administrator.</summary>
    public const string Admin = "admin";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Generate, Read, Admin];
}

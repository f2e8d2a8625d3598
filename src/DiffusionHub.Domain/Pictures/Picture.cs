namespace DiffusionHub.Domain.Pictures;

/// <summary>One published picture of the gallery.</summary>
public sealed class Picture
{
    /// <summary>Unguessable id (UUID version 7: its order is the gallery's order).</summary>
    public Guid Id { get; init; }

    /// <summary>Who made it.</summary>
    public Guid OwnerId { get; init; }

    /// <summary>The job that published it; at most one picture a job and index.</summary>
    public long JobId { get; init; }

    /// <summary>Pictures of one request share this id.</summary>
    public Guid GroupId { get; init; }

    /// <summary>Name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The prompt, kept apart from <see cref="Request"/> for search.</summary>
    public required string Prompt { get; init; }

    /// <summary>The seed that was used.</summary>
    public long Seed { get; init; }

    /// <summary>Width in pixels.</summary>
    public int Width { get; init; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; init; }

    /// <summary>The request document (JSON) with every default filled in: "use these settings" reads it.</summary>
    public required string Request { get; init; }

    /// <summary>Blob key of the PNG.</summary>
    public required string BlobKey { get; init; }

    /// <summary>Blob key of the WebP thumbnail.</summary>
    public required string ThumbnailKey { get; init; }

    /// <summary>Size of the PNG in bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>Time on the device in milliseconds; 0 for a copy of a picture that was there.</summary>
    public double DeviceMilliseconds { get; init; }

    /// <summary>SHA-256 of all that it was made from, by which the same request finds it again; null where it may not be used again.</summary>
    public byte[]? ResultKey { get; init; }

    /// <summary>When its owner shared it with everybody on the hub; null: only the owner sees it.</summary>
    public DateTimeOffset? SharedAt { get; set; }

    /// <summary>How it stands with the hub's content rules: one of <see cref="PictureStanding"/>.</summary>
    public string Standing { get; set; } = PictureStanding.Fine;

    /// <summary>Why it does not stand as <see cref="PictureStanding.Fine"/>; shown to its owner.</summary>
    public string? StandingReason { get; set; }

    /// <summary>When it was published.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

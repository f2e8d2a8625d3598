namespace DiffusionHub.Domain.Models;

/// <summary>A model that some worker has announced, and whether people may use it.</summary>
public sealed class CatalogueModel
{
    /// <summary>Name; unique.</summary>
    public required string Name { get; init; }

    /// <summary>Family, such as <c>StableDiffusion</c>.</summary>
    public required string Family { get; set; }

    /// <summary>The <see cref="ModelCapabilities"/> record (JSON) as the last worker published it.</summary>
    public required string Capabilities { get; set; }

    /// <summary>False: an administrator took it out of use; requests for it are refused.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>When a worker first announced it.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When a worker last announced it.</summary>
    public DateTimeOffset UpdatedAt { get; set; }
}

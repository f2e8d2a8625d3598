namespace DiffusionHub.Domain.Models;

/// <summary>An entry of some worker's catalogue: a model, or what goes with models; and whether people may use it.</summary>
public sealed class CatalogueModel
{
    /// <summary>Name; unique.</summary>
    public required string Name { get; init; }

    /// <summary><c>model</c>, <c>lora</c>, <c>controlnet</c> or <c>vae</c>.</summary>
    public required string Kind { get; set; }

    /// <summary>Family, such as <c>StableDiffusion</c>; empty for what is no model, or broken.</summary>
    public required string Family { get; set; }

    /// <summary>The <see cref="ModelCapabilities"/> record (JSON) as the last worker published it; a <see cref="ModelAsset"/> for what is no model, or broken.</summary>
    public required string Capabilities { get; set; }

    /// <summary>What is wrong with it, or null.</summary>
    public string? Fault { get; set; }

    /// <summary>When the last worker that had it went or lost it; null while one has it.</summary>
    public DateTimeOffset? WithdrawnAt { get; set; }

    /// <summary>False: an administrator took it out of use; requests for it are refused.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The roles that may use it; null: every role that may make pictures.</summary>
    public string[]? Roles { get; set; }

    /// <summary>When a worker first announced it.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When what workers say of it last changed.</summary>
    public DateTimeOffset UpdatedAt { get; set; }
}

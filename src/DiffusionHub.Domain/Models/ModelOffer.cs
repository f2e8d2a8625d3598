namespace DiffusionHub.Domain.Models;

/// <summary>That a worker has an entry in its catalogue.</summary>
public sealed class ModelOffer
{
    /// <summary>The entry: <see cref="CatalogueModel.Name"/>.</summary>
    public required string Model { get; init; }

    /// <summary>The worker.</summary>
    public Guid WorkerId { get; init; }

    /// <summary>When it last said so; what is not said again for a while counts no more.</summary>
    public DateTimeOffset SeenAt { get; init; }
}

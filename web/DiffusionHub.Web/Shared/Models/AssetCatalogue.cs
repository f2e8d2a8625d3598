using DiffusionHub.Domain.Models;

namespace DiffusionHub.Web.Shared.Models;

/// <summary>The LoRAs, ControlNets and VAEs that workers have announced in the database.</summary>
internal sealed class AssetCatalogue
{
    private readonly IReadOnlyList<ModelAsset> _known = [];

    /// <summary>All of them, by name.</summary>
    public Task<IReadOnlyList<ModelAsset>> ListAsync(CancellationToken cancellationToken) => Task.FromResult(_known);
}

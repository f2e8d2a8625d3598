using DiffusionHub.Domain.Models;
using DiffusionHub.Pipelines.Catalogue;

namespace DiffusionHub.Mapping;

/// <summary>From an entry of the catalogue that is no usable model to the record that crosses process borders.</summary>
internal static class AssetMapping
{
    /// <summary>What an adapter, ControlNet or autoencoder is, or what is wrong with an entry of whatever kind.</summary>
    public static ModelAsset ToAsset(this InventoryItem item) => new()
    {
        Name = item.Name,
        Kind = item.Kind,
        Fits = item.Asset?.Fits ?? [],
        Title = item.Asset?.Title,
        TriggerWords = item.Asset?.TriggerWords ?? [],
        DefaultWeight = item.Asset?.Weight ?? 1,
        Classes = item.Asset?.Classes ?? 0,
        ClassNames = item.Asset?.ClassNames ?? [],
        Hash = item.Asset?.Hash,
        Bytes = item.Asset?.Bytes ?? 0,
        Licence = item.Asset?.Licence,
        Fault = item.Fault,
        Notice = item.Notice,
    };
}

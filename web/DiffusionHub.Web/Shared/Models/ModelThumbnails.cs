using DiffusionHub.Data.Settings;

namespace DiffusionHub.Web.Shared.Models;

/// <summary>The small pictures that imports made, where this node sees the folder of models.</summary>
internal sealed class ModelThumbnails(HubSettings settings)
{
    private const string FileName = "thumbnail.webp";

    /// <summary>Address of a model's picture, or null. It changes with the picture.</summary>
    public string? AddressOf(string model) =>
        PathOf(model) is { } path ? $"/models/{Uri.EscapeDataString(model)}/{FileName}?{File.GetLastWriteTimeUtc(path).Ticks}" : null;

    /// <summary>Where it lies, or null. A name is one folder's.</summary>
    public string? PathOf(string model)
    {
        if (model.Length == 0 || model[0] == '.' || model.AsSpan().IndexOfAny('/', '\\', '\0') >= 0)
        {
            return null;
        }

        // No links: what somebody downloaded must not make the hub serve any file that it can read.
        var file = new FileInfo(Path.Combine(settings.ModelsFolder, model, FileName));
        return file is { Exists: true, LinkTarget: null } ? file.FullName : null;
    }
}

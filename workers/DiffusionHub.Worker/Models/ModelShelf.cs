using DiffusionHub.Domain.Models;
using DiffusionHub.Mapping;
using DiffusionHub.Pipelines.Catalogue;
using DiffusionHub.Pipelines.Folders;
using Microsoft.Extensions.Logging;

namespace DiffusionHub.Worker.Models;

/// <summary>The models this worker can run. What is known of them is replaced as a whole; those in memory are <see cref="Residency"/>'s.</summary>
internal sealed class ModelShelf
{
    private readonly ModelFolders _folders;
    private readonly ILogger _logger;
    private Dictionary<string, (ModelSource Source, ModelCapabilities Capabilities, string Seen)> _models = new(StringComparer.Ordinal);

    public ModelShelf(ModelFolders folders, ILogger logger)
    {
        (_folders, _logger) = (folders, logger);
        Use(Inventory.Of(folders));
    }

    /// <summary>Everything that is in the folders, broken entries too.</summary>
    public IReadOnlyList<InventoryItem> Items { get; private set; } = [];

    /// <summary>Names of the usable models.</summary>
    public IReadOnlyList<string> Names => [.. _models.Keys];

    /// <summary>What each can do.</summary>
    public IEnumerable<ModelCapabilities> Capabilities => _models.Values.Select(m => m.Capabilities);

    /// <summary>What that model can do, or null when it is not here.</summary>
    public ModelCapabilities? Find(string name) => _models.TryGetValue(name, out var model) ? model.Capabilities : null;

    /// <summary>Takes what was found in the folders in place of what was known.</summary>
    public void Use(IReadOnlyList<InventoryItem> items)
    {
        foreach (var item in items.Where(item => item.Fault is not null && Items.All(known => known.Name != item.Name || known.Fault != item.Fault)))
        {
            _logger.ModelUnusable(item.Name, item.Fault!);
        }

        _models = items.Where(item => item is { Model: not null, Fault: null })
            .ToDictionary(item => item.Name, item => (item.Source!, item.Model!.ToCapabilities(), item.Source!.Stamp), StringComparer.Ordinal);
        Items = items;
    }

    /// <summary>Where a model lies: its entry, whose card counts too.</summary>
    /// <exception cref="UnknownModelException">It is not here.</exception>
    public string SourcePath(string name) => _models.TryGetValue(name, out var model) ? model.Source.Entry ?? model.Source.Path : throw new UnknownModelException(name, Names.ToList());

    /// <summary>Where a LoRA, ControlNet or VAE of the catalogue lies: a file or a folder.</summary>
    /// <param name="kind">One of <see cref="ModelKinds"/>.</param>
    /// <param name="name">Its name. Paths are no names: what comes from requests must not reach other files.</param>
    /// <exception cref="UnknownModelException">Nothing of that kind has that name.</exception>
    public string AssetPath(string kind, string name) =>
        name.Contains(Path.DirectorySeparatorChar) ? throw new UnknownModelException(kind, name, _folders.NamesOf(kind)) : _folders.FindAsset(kind, name).Path;

    /// <summary>A model as it is now.</summary>
    /// <exception cref="UnknownModelException">It is not here.</exception>
    public ShelvedModel Take(string name)
    {
        // By the folder's name: two folders may hold cards of one id.
        var (source, capabilities, seen) = _models.TryGetValue(name, out var known) ? known : throw new UnknownModelException(name, [.. Names]);
        // As it was seen, for that is the card it is loaded with, and as it is now: its files may have changed since.
        return new ShelvedModel(name, source, capabilities, $"{source.Path}\n{seen}\n{source.Stamp}");
    }
}

/// <summary>A model that can be loaded.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Source">Where it is.</param>
/// <param name="Capabilities">What it can do.</param>
/// <param name="Stamp">Its files as they are now: what was loaded under another stamp is old.</param>
internal sealed record ShelvedModel(string Name, ModelSource Source, ModelCapabilities Capabilities, string Stamp);

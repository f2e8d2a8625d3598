using System.Diagnostics;
using DiffusionHub.Domain.Models;
using DiffusionHub.Imaging;
using DiffusionHub.Inference;
using DiffusionHub.Mapping;
using DiffusionHub.Pipelines;
using DiffusionHub.Pipelines.Catalogue;
using DiffusionHub.Pipelines.Folders;
using Microsoft.Extensions.Logging;

namespace DiffusionHub.Worker.Models;

/// <summary>
/// The models this worker can run, and the one in memory. Models are loaded on the inference thread only; what is known of them is replaced as a whole.
/// One model is resident at a time: keeping more within a memory budget belongs here when there are larger ones.
/// </summary>
internal sealed class ModelShelf : IDisposable
{
    private readonly ModelFolders _folders;
    private readonly WorkerState _state;
    private readonly ILogger _logger;
    private Dictionary<string, (ModelSource Source, ModelCapabilities Capabilities, string Seen)> _models = new(StringComparer.Ordinal);
    private (string Name, string Stamp, IPipeline Pipeline)? _resident;

    public ModelShelf(ModelFolders folders, WorkerState state, ILogger logger)
    {
        (_folders, _state, _logger) = (folders, state, logger);
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

    /// <summary>Takes what was found in the folders in place of what was known; the model in memory stays until another is wanted.</summary>
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

    /// <summary>
    /// Loads the smallest model and makes a first picture with it, so that the first one that somebody waits for is fast. One that cannot is
    /// told of, and the next has its turn: its jobs will say the same to who asks for them.
    /// </summary>
    /// <param name="stopping">Ends it between two steps.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void WarmUp(CancellationToken stopping)
    {
        foreach (var model in Capabilities.OrderBy(c => c.MemoryBytes))
        {
            try
            {
                WarmUp(model, stopping);
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                _logger.ModelUnusable(model.Name, e.Message);
            }
        }
    }

    private void WarmUp(ModelCapabilities model, CancellationToken stopping)
    {
        var pipeline = Load(model.Name);
        var request = new PictureRequest
        {
            Prompt = "", Seed = 0, Steps = Math.Min(2, model.MaxSteps), Guidance = model.DefaultGuidance,
            Width = model.DefaultWidth, Height = model.DefaultHeight, Sampler = model.Samplers[0],
        };
        var batch = pipeline.Run(request, (in StepProgress step) => ImageCodec.Thumbnail(step.Preview(0), 512), stopping);
        PictureFile.Png(batch, 0, request, pipeline.Description);
    }

    /// <summary>The pipeline of that model, loaded when it is not in memory.</summary>
    /// <exception cref="ModelFolderException">Its folder was damaged since the start.</exception>
    /// <exception cref="InferenceException">A graph cannot be loaded.</exception>
    public IPipeline Load(string name)
    {
        // By the folder's name: two folders may hold cards of one id.
        var (source, _, seen) = _models.TryGetValue(name, out var known) ? known : throw new UnknownModelException(name, [.. Names]);
        // As it was seen, for that is the card it is loaded with, and as it is now: its files may have changed since.
        var stamp = $"{source.Path}\n{seen}\n{source.Stamp}";
        if (_resident is { } resident && resident.Name == name && resident.Stamp == stamp)
        {
            return resident.Pipeline;
        }

        _resident?.Pipeline.Dispose();
        _resident = null;
        _state.Resident = [];
        var started = Stopwatch.GetTimestamp();
        var pipeline = KnownFamilies.Load(source);
        _resident = (name, stamp, pipeline);
        _state.Resident = [name];
        _logger.ModelLoaded(name, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        return pipeline;
    }

    public void Dispose() => _resident?.Pipeline.Dispose();
}

using System.Runtime.CompilerServices;
using DiffusionHub.Pipelines;

namespace DiffusionHub.Worker.Models;

/// <summary>Remembers of each model in memory how its files were just before it was loaded.</summary>
internal sealed class LoadedFiles
{
    private readonly ConditionalWeakTable<IPipeline, string> _known = [];

    /// <summary>Loads a model.</summary>
    public IPipeline Load(ShelvedModel model, Func<ShelvedModel, IPipeline> load)
    {
        string? files = null;
        try
        {
            files = FileIdentity.Of(model.Source);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever loads it says what is wrong; its pictures are not used again.
        }

        var pipeline = load(model);
        if (files is not null)
        {
            _known.Add(pipeline, files);
        }

        return pipeline;
    }

    /// <summary>How its files were, or null.</summary>
    public string? Of(IPipeline pipeline) => _known.TryGetValue(pipeline, out var files) ? files : null;
}

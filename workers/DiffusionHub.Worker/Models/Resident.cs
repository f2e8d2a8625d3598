using DiffusionHub.Pipelines;

namespace DiffusionHub.Worker.Models;

/// <summary>A model in memory, or on its way there. Its numbers are read and written under <see cref="Residency"/>'s lock.</summary>
internal sealed class Resident(ShelvedModel model)
{
    public ShelvedModel Model => model;

    /// <summary>Set once it is loaded, or cannot be.</summary>
    public TaskCompletionSource<IPipeline> Loaded { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Jobs that use it.</summary>
    public int Users { get; set; }

    /// <summary>Grows with each use: the smallest was used longest ago.</summary>
    public long LastUse { get; set; }

    /// <summary>Whether its files have changed since: it goes when nobody uses it.</summary>
    public bool IsStale { get; set; }

    public bool IsIdle => Users == 0 && Loaded.Task.IsCompletedSuccessfully;
}

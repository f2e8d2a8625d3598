using DiffusionHub.Inference.Graphs.Dialects;
using DiffusionHub.Inference.Weights.Adapters;

namespace DiffusionHub.Inference.Graphs.Unet;

/// <summary>What a UNet's graph is written with beside its weights.</summary>
public sealed record UnetGraphOptions
{
    /// <summary>What changes the weights; layers for other modules are passed over.</summary>
    public IReadOnlyList<Adapter> Adapters { get; init; } = [];

    /// <summary>Whether the graph takes what a ControlNet adds.</summary>
    public bool ControlInputs { get; init; }

    /// <summary>What it is written for; null: this process's device and precision.</summary>
    public GraphDialect? Dialect { get; init; }
}

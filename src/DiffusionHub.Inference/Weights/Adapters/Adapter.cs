namespace DiffusionHub.Inference.Weights.Adapters;

/// <summary>A LoRA as it is applied to a model.</summary>
/// <param name="File">The LoRA; it must stay open until the graphs are written.</param>
/// <param name="Weight">How strongly: 1 as it was trained, 0 not at all, below 0 the other way.</param>
public sealed record Adapter(LoraFile File, float Weight);

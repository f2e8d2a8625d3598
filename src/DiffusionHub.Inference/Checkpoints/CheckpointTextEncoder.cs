using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Checkpoints;

/// <summary>A text encoder of a checkpoint.</summary>
/// <param name="Config">Its config.</param>
/// <param name="Weights">Its parameters.</param>
public sealed record CheckpointTextEncoder(ClipTextConfig Config, WeightSet Weights)
{
    /// <summary>The token that fills texts up: the end token for OpenAI's encoder, token 0 (“!”) for OpenCLIP's, as each was trained.</summary>
    public required int PadToken { get; init; }
}

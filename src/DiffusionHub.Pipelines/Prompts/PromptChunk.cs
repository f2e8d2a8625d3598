namespace DiffusionHub.Pipelines.Prompts;

/// <summary>What a text encoder reads at once.</summary>
/// <param name="Ids">Token ids, as many as the encoder's window.</param>
/// <param name="Weights">Factor of each token's embedding; null where all are 1.</param>
internal sealed record PromptChunk(long[] Ids, float[]? Weights);

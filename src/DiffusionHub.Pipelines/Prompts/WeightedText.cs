namespace DiffusionHub.Pipelines.Prompts;

/// <summary>A piece of a prompt and how strongly it counts.</summary>
/// <param name="Text">The text, without brackets.</param>
/// <param name="Weight">Factor of its tokens' embeddings.</param>
/// <param name="Breaks">Whether a new chunk begins before it.</param>
internal readonly record struct WeightedText(string Text, double Weight, bool Breaks = false);

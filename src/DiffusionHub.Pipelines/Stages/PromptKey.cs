using System.Globalization;
using System.Runtime.InteropServices;
using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Prompts;

namespace DiffusionHub.Pipelines.Stages;

/// <summary>Everything that one text encoder's output depends on. Nothing is hashed: no two texts can meet under one key.</summary>
/// <param name="Text">All of it as one text.</param>
internal readonly record struct PromptKey(string Text)
{
    /// <summary>The key of a chunk.</summary>
    /// <param name="chunk">Token ids and emphasis.</param>
    /// <param name="adapters">What the encoder is loaded with.</param>
    /// <param name="state">The output that holds the states.</param>
    /// <param name="pooled">The output that holds the whole text's vector, or null.</param>
    public static PromptKey Of(PromptChunk chunk, IEnumerable<(PathStamp Stamp, double Weight)> adapters, string state, string? pooled)
    {
        // Weights by their bits: a weight of -0 turns signs that one of 0 keeps.
        var weights = chunk.Weights is { } factors ? Bits<float>(factors) : "";
        var loaded = string.Join('\n', adapters.Select(adapter => $"{adapter.Stamp} {adapter.Weight.ToString("R", CultureInfo.InvariantCulture)}"));
        return new PromptKey($"{Bits<long>(chunk.Ids)}|{weights}|{state}|{pooled}|{loaded}");
    }

    private static string Bits<T>(ReadOnlySpan<T> values)
        where T : struct => Convert.ToBase64String(MemoryMarshal.AsBytes(values));
}

/// <summary>What a text encoder makes of one chunk.</summary>
/// <param name="States">Shape (tokens, width), C order, with emphasis.</param>
/// <param name="Pooled">The text's own vector, where it was asked for.</param>
internal sealed record EncodedChunk(float[] States, float[]? Pooled);

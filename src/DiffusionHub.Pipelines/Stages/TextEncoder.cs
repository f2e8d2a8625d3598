using System.Globalization;
using System.Numerics.Tensors;
using DiffusionHub.Inference;
using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Prompts;
using DiffusionHub.Pipelines.Tokenizers;

namespace DiffusionHub.Pipelines.Stages;

/// <summary>An encoded text.</summary>
/// <param name="States">Shape (<paramref name="Tokens"/>, width), C order.</param>
/// <param name="Tokens">Tokens of all chunks.</param>
/// <param name="Pooled">The vector of the whole text (of its first chunk), where it was asked for.</param>
internal sealed record EncodedText(float[] States, int Tokens, float[]? Pooled);

/// <summary>Stage: prompt to text embeddings, by one CLIP text encoder.</summary>
internal sealed class TextEncoder(TextEncoderPart part) : IDisposable
{
    // Each is another pass of the encoder, and a longer text in every step of the UNet.
    private const int MostChunks = 16;

    private readonly ClipTokenizer tokenizer = part.Tokenizer();
    private readonly PromptCache cache = new();
    private Graph? graph;
    private IReadOnlyList<(PathStamp Stamp, double Weight)> loaded = [];

    /// <summary>Its config.</summary>
    public ClipTextConfig Traits => part.Traits;

    /// <summary>How often a text was read before.</summary>
    public CacheCounts Counts => cache.Counts;

    /// <summary>Loads the graph with these adapters, where it is not loaded with them already.</summary>
    public void Load(IReadOnlyList<AdapterChoice> adapters)
    {
        var wanted = PathStamp.Of(adapters);
        if (graph is null || !loaded.SequenceEqual(wanted))
        {
            graph?.Dispose();
            graph = null;
            graph = part.Load(adapters);
            loaded = wanted;
        }
    }

    /// <summary>Chunks of a text.</summary>
    /// <exception cref="UnfitRequestException">There are more than <see cref="MostChunks"/>.</exception>
    public IReadOnlyList<PromptChunk> Chunks(string text, bool emphasis)
    {
        var chunks = emphasis ? PromptChunks.Weighted(tokenizer, text) : PromptChunks.Plain(tokenizer, text);
        return chunks.Count <= MostChunks
            ? chunks
            : throw new UnfitRequestException("prompt", string.Format(CultureInfo.InvariantCulture, PipelineTexts.TooManyChunks, chunks.Count, MostChunks));
    }

    /// <summary>Encodes <paramref name="chunks"/>, filled up to <paramref name="count"/> with empty ones.</summary>
    /// <param name="chunks">The text.</param>
    /// <param name="count">Chunks in all.</param>
    /// <param name="state">The output that holds the states: a layer's.</param>
    /// <param name="pooled">The output that holds the text's own vector and its length; null where it is not needed.</param>
    public EncodedText Encode(IReadOnlyList<PromptChunk> chunks, int count, string state, (string Name, int Width)? pooled)
    {
        var tokens = tokenizer.Length;
        var states = new float[count * tokens * Traits.Width];
        float[]? vector = null;
        for (var i = 0; i < count; i++)
        {
            // One at a time: a text's embedding must not depend on what it was batched with.
            var chunk = i < chunks.Count ? chunks[i] : PromptChunks.Plain(tokenizer, "")[0];
            var encoded = cache.Get(PromptKey.Of(chunk, loaded, state, pooled?.Name), () => Encode(chunk, state, pooled));
            encoded.States.CopyTo(states.AsSpan(i * tokens * Traits.Width));
            vector ??= encoded.Pooled?.ToArray();
        }

        return new EncodedText(states, count * tokens, vector);
    }

    /// <summary>A text's normalised vector, of an encoder with a projection. The text is taken as it is: emphasis has no meaning here.</summary>
    public float[] Vector(string text)
    {
        var vector = Encode(Chunks(text, emphasis: false), 1, "last_hidden_state", ("text_embeds", Traits.Projection!.Value)).Pooled!;
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }

    public void Dispose() => graph?.Dispose();

    private EncodedChunk Encode(PromptChunk chunk, string state, (string Name, int Width)? pooled)
    {
        using var ids = GraphTensor.Rent<long>(1, tokenizer.Length);
        using var states = GraphTensor.Rent<float>(1, tokenizer.Length, Traits.Width);
        using var vector = GraphTensor.Rent<float>(1, pooled?.Width ?? 1);
        chunk.Ids.CopyTo(ids.Values);
        Ready.Run([("input_ids", ids)], pooled is { Name: var name } ? [(state, states), (name, vector)] : [(state, states)]);
        var result = states.Values.ToArray();
        if (chunk.Weights is { } weights)
        {
            Emphasise(result, weights);
        }

        return new EncodedChunk(result, pooled is null ? null : vector.Values.ToArray());
    }

    private Graph Ready => graph ?? throw new InvalidOperationException("The text encoder is not loaded.");

    /// <summary>True where the graph has that output.</summary>
    public bool Gives(string output) => Ready.Outputs.ContainsKey(output);

    // The mean stays what it was: emphasis is a matter of words among each other, and must not make the whole text louder.
    private void Emphasise(Span<float> states, ReadOnlySpan<float> weights)
    {
        var before = TensorPrimitives.Sum<float>(states);
        for (var i = 0; i < weights.Length; i++)
        {
            var token = states.Slice(i * Traits.Width, Traits.Width);
            TensorPrimitives.Multiply(token, weights[i], token);
        }

        var after = TensorPrimitives.Sum<float>(states);
        if (after != 0)
        {
            TensorPrimitives.Multiply(states, before / after, states);
        }
    }
}

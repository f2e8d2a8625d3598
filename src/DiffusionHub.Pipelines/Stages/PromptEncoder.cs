using DiffusionHub.Inference;
using DiffusionHub.Pipelines.Tokenizers;

namespace DiffusionHub.Pipelines.Stages;

/// <summary>The texts of a run. <paramref name="Negative"/> is null when the run has no second pass.</summary>
internal sealed record PromptInput(string Positive, string? Negative);

/// <summary>Encoded texts, each of shape (tokens, width), C order; <paramref name="Negative"/> is null when there was none.</summary>
internal sealed record PromptEmbeddings(float[] Positive, float[]? Negative, int Tokens, int Width);

/// <summary>Stage: prompt to text embeddings (CLIP's last hidden state).</summary>
internal sealed class PromptEncoder(ClipTokenizer tokenizer, Graph graph, int width) : IDisposable
{
    public PromptEmbeddings Encode(PromptInput input)
    {
        // One at a time: a text's embedding must not depend on what it was batched with.
        var negative = input.Negative is { } text ? Encode(text) : null;
        return new PromptEmbeddings(Encode(input.Positive), negative, tokenizer.Length, width);
    }

    public void Dispose() => graph.Dispose();

    private float[] Encode(string text)
    {
        using var ids = GraphTensor.Rent<long>(1, tokenizer.Length);
        using var states = GraphTensor.Rent<float>(1, tokenizer.Length, width);
        tokenizer.Encode(text).CopyTo(ids.Values);
        graph.Run([("input_ids", ids)], [("last_hidden_state", states)]);
        return states.Values.ToArray();
    }
}

using DiffusionHub.Pipelines.Tokenizers;

namespace DiffusionHub.Pipelines.Prompts;

/// <summary>
/// Cuts a prompt into chunks of the text encoder's window. Where a chunk would end in the middle of a phrase, the phrase goes to the next
/// one, if its comma is not far back: what belongs together is read together.
/// </summary>
internal sealed class PromptChunks
{
    private const int FarthestComma = 20;
    private readonly ClipTokenizer tokenizer;
    private readonly int room;
    private readonly long comma;
    private readonly List<PromptChunk> done = [];
    private List<(long Id, float Weight)> tokens = [];
    private int lastComma = -1;

    private PromptChunks(ClipTokenizer tokenizer)
    {
        this.tokenizer = tokenizer;
        room = tokenizer.Length - 2;
        comma = tokenizer.Tokens(",")[0];
    }

    /// <summary>The one chunk of a text that is taken as it is, cut at the window's end.</summary>
    public static IReadOnlyList<PromptChunk> Plain(ClipTokenizer tokenizer, string text) => [new PromptChunk(tokenizer.Encode(text), null)];

    /// <summary>The chunks of a text with emphasis; at least one.</summary>
    public static IReadOnlyList<PromptChunk> Weighted(ClipTokenizer tokenizer, string text)
    {
        var chunks = new PromptChunks(tokenizer);
        foreach (var piece in EmphasisParser.Parse(text))
        {
            if (piece.Breaks)
            {
                chunks.Flush();
            }

            foreach (var id in tokenizer.Tokens(piece.Text))
            {
                chunks.Add(id, (float)piece.Weight);
            }
        }

        if (chunks.tokens.Count > 0 || chunks.done.Count == 0)
        {
            chunks.Flush();
        }

        return chunks.done;
    }

    private void Add(long id, float weight)
    {
        if (tokens.Count == room)
        {
            var rest = lastComma >= room - FarthestComma && id != comma ? tokens[(lastComma + 1)..] : [];
            tokens.RemoveRange(room - rest.Count, rest.Count);
            Flush();
            tokens = rest;
        }

        lastComma = id == comma ? tokens.Count : lastComma;
        tokens.Add((id, weight));
    }

    private void Flush()
    {
        var padding = room - tokens.Count;
        long[] ids = [tokenizer.Begin, .. tokens.Select(t => t.Id), tokenizer.End, .. Enumerable.Repeat((long)tokenizer.Padding, padding)];
        float[] weights = [1, .. tokens.Select(t => t.Weight), 1, .. Enumerable.Repeat(1f, padding)];
        done.Add(new PromptChunk(ids, Array.TrueForAll(weights, weight => weight == 1) ? null : weights));
        tokens = [];
        lastComma = -1;
    }
}

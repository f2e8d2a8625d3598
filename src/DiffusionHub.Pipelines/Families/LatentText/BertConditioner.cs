using System.Globalization;
using DiffusionHub.Inference;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Prompts;
using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Pipelines.Tokenizers;

namespace DiffusionHub.Pipelines.Families.LatentText;

/// <summary>One text encoder like BERT, whose last states the UNet looks at.</summary>
internal sealed class BertConditioner(BertPart part) : IConditioner
{
    private const string Output = "last_hidden_state";

    private readonly WordPieceTokenizer tokenizer = part.Tokenizer();
    private readonly PromptCache cache = new();
    private Graph? graph;

    /// <summary>How often a text was read before.</summary>
    public CacheCounts Counts => cache.Counts;

    public void Load() => graph ??= part.Load();

    public Conditioning Encode(PictureRequest request)
    {
        if (request.ClipSkip != 0)
        {
            throw new UnfitRequestException("clipSkip", string.Format(CultureInfo.InvariantCulture, PipelineTexts.ClipSkipRange, request.ClipSkip, 0));
        }

        // Not as with Stable Diffusion: a scale below 1 has a meaning here, and 0 is the negative prompt's picture.
        var guided = request.Guidance != 1;
        var negative = guided ? new PromptCondition(States(request.NegativePrompt ?? "", request.Emphasis)) : null;
        return new Conditioning(new PromptCondition(States(request.Prompt, request.Emphasis)), negative, WordPieceTokenizer.Length, part.Traits.Width);
    }

    public void Dispose() => graph?.Dispose();

    // Brackets have no weight here, but they are no words either.
    private float[] States(string text, bool emphasis)
    {
        var words = emphasis ? string.Concat(EmphasisParser.Parse(text).Select(piece => piece.Breaks ? " " + piece.Text : piece.Text)) : text;
        var chunk = new PromptChunk(tokenizer.Encode(words), null);
        return cache.Get(PromptKey.Of(chunk, [], Output, pooled: null), () => new EncodedChunk(Encode(chunk.Ids), null)).States.ToArray();
    }

    private float[] Encode(long[] tokens)
    {
        using var ids = GraphTensor.Rent<long>(1, WordPieceTokenizer.Length);
        using var states = GraphTensor.Rent<float>(1, WordPieceTokenizer.Length, part.Traits.Width);
        tokens.CopyTo(ids.Values);
        (graph ?? throw new InvalidOperationException("The text encoder is not loaded.")).Run([("input_ids", ids)], [(Output, states)]);
        return states.Values.ToArray();
    }
}

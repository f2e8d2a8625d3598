using System.Globalization;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Stages;

namespace DiffusionHub.Pipelines.Families.StableDiffusion;

/// <summary>One CLIP text encoder, whose last states the UNet looks at.</summary>
internal sealed class StableDiffusionConditioner(ModelParts parts) : IConditioner
{
    private readonly TextEncoder encoder = new(parts.TextEncoder(1));

    public void Load() => encoder.Load([]);

    public Conditioning Encode(PictureRequest request)
    {
        encoder.Load(request.Adapters);
        var distilled = parts.Unet.Traits.GuidanceWidth;
        var guided = request.Guidance > 1 && distilled is null;
        var positive = encoder.Chunks(request.Prompt, request.Emphasis);
        var negative = encoder.Chunks(guided ? request.NegativePrompt ?? "" : "", request.Emphasis);
        var count = guided ? Math.Max(positive.Count, negative.Count) : positive.Count;

        var text = encoder.Encode(positive, count, State(request.ClipSkip), pooled: null);
        var conditions = guided ? new PromptCondition(encoder.Encode(negative, count, State(0), pooled: null).States) : null;
        return new Conditioning(new PromptCondition(text.States), conditions, text.Tokens, encoder.Traits.Width)
        {
            Guidance = distilled is { } width ? GuidanceEmbedding.Of(request.Guidance, width) : null,
        };
    }

    public void Dispose() => encoder.Dispose();

    // A layer further down, as if the encoder ended there: through the same last normalisation.
    private string State(int skip)
    {
        if (skip == 0)
        {
            return "last_hidden_state";
        }

        var layer = encoder.Traits.Layers - skip;
        if (skip < 0 || layer < 1)
        {
            throw new UnfitRequestException("clipSkip", string.Format(CultureInfo.InvariantCulture, PipelineTexts.ClipSkipRange, skip, encoder.Traits.Layers - 1));
        }

        var state = $"normal_states.{layer}";
        return encoder.Gives(state) ? state : throw new UnfitRequestException("clipSkip", PipelineTexts.NoClipSkip);
    }
}

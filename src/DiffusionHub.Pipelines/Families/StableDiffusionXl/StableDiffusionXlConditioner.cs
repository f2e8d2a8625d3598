using System.Globalization;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Stages;

namespace DiffusionHub.Pipelines.Families.StableDiffusionXl;

/// <summary>
/// SDXL's conditions (Podell et al. 2023, sections 2.1 and 2.2): the last layer but one of both text encoders side by side, the second
/// encoder's vector of the whole text, and sizes. The refiner has the second encoder only.
/// </summary>
internal sealed class StableDiffusionXlConditioner : IConditioner
{
    private readonly ModelParts parts;
    private readonly List<TextEncoder> encoders;

    public StableDiffusionXlConditioner(ModelParts parts)
    {
        this.parts = parts;
        // Without the second there is no vector of the whole text.
        _ = parts.TextEncoder(2);
        encoders = [.. parts.TextEncoders.OrderBy(e => e.Key).Select(e => new TextEncoder(parts.TextEncoder(e.Key)))];
    }

    public void Load() => encoders.ForEach(encoder => encoder.Load([]));

    public Conditioning Encode(PictureRequest request)
    {
        encoders.ForEach(encoder => encoder.Load(request.Adapters));
        var guided = request.Guidance > 1 && parts.Unet.Traits.GuidanceWidth is null;
        var sizes = SizeNumbers.Of(request, parts);
        var count = Chunks(request.Prompt, request);
        var zeros = request.NegativePrompt is null && parts.ForceZerosForEmptyPrompt;
        if (guided && !zeros)
        {
            count = Math.Max(count, Chunks(request.NegativePrompt ?? "", request));
        }

        var positive = Encode(request.Prompt, request, count, request.ClipSkip) with { Sizes = sizes.Positive };
        var negative = !guided ? null
            : zeros ? new PromptCondition(new float[positive.Context.Length]) { Pooled = new float[positive.Pooled!.Length], Sizes = sizes.Negative }
            : Encode(request.NegativePrompt ?? "", request, count, skip: 0) with { Sizes = sizes.Negative };
        var width = encoders.Sum(encoder => encoder.Traits.Width);
        return new Conditioning(positive, negative, positive.Context.Length / width, width)
        {
            Guidance = parts.Unet.Traits.GuidanceWidth is { } length ? GuidanceEmbedding.Of(request.Guidance, length) : null,
        };
    }

    public void Dispose() => encoders.ForEach(encoder => encoder.Dispose());

    private int Chunks(string text, PictureRequest request) => encoders.Max(encoder => encoder.Chunks(text, request.Emphasis).Count);

    private PromptCondition Encode(string text, PictureRequest request, int count, int skip)
    {
        var texts = new List<(EncodedText Text, int Width)>();
        foreach (var encoder in encoders)
        {
            // The last encoder's vector stands for the whole text.
            (string, int)? pooled = encoder == encoders[^1] ? ("text_embeds", encoder.Traits.Projection ?? encoder.Traits.Width) : null;
            texts.Add((encoder.Encode(encoder.Chunks(text, request.Emphasis), count, State(encoder, skip), pooled), encoder.Traits.Width));
        }

        var width = texts.Sum(t => t.Width);
        var context = new float[texts[0].Text.Tokens * width];
        for (var token = 0; token < texts[0].Text.Tokens; token++)
        {
            var at = token * width;
            foreach (var (encoded, each) in texts)
            {
                encoded.States.AsSpan(token * each, each).CopyTo(context.AsSpan(at));
                at += each;
            }
        }

        return new PromptCondition(context) { Pooled = texts[^1].Text.Pooled };
    }

    private static string State(TextEncoder encoder, int skip)
    {
        var layer = encoder.Traits.Layers - 1 - skip;
        return skip >= 0 && layer >= 0
            ? $"hidden_states.{layer}"
            : throw new UnfitRequestException("clipSkip", string.Format(CultureInfo.InvariantCulture, PipelineTexts.ClipSkipRange, skip, encoder.Traits.Layers - 1));
    }
}

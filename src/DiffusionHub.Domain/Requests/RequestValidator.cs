using System.Globalization;
using DiffusionHub.Domain.Models;

namespace DiffusionHub.Domain.Requests;

/// <summary>Holds a request against a model's capabilities. Pure: the same request and model always give the same answer.</summary>
public static class RequestValidator
{
    /// <summary>Every reason to refuse <paramref name="request"/>; empty when it can be queued.</summary>
    public static IReadOnlyList<FieldError> Validate(GenerationRequest request, ModelCapabilities model)
    {
        var errors = new List<FieldError>();
        Text("prompt", request.Prompt);
        Text("negativePrompt", request.NegativePrompt ?? "");
        Range("count", request.Count, 1, RequestLimits.Count);
        Range("steps", request.Steps, 1, model.MaxSteps);
        Range("guidance", request.Guidance, 0, RequestLimits.Guidance);
        Range("eta", request.Eta, 0, RequestLimits.Eta);
        Range("guidanceRescale", request.GuidanceRescale, 0, RequestLimits.GuidanceRescale);
        // Picture i uses seed + i, so the last picture's seed must fit too.
        Range("seed", request.Seed, 0, RequestLimits.Seed - Math.Max(0, request.Count - 1));
        Side("width", request.Width);
        Side("height", request.Height);

        var choice = SamplerChoice.Of(request, model);
        errors.AddRange(choice.Errors);
        var steps = request.Steps ?? model.DefaultSteps;
        if (choice.Errors.Count == 0 && steps <= model.MaxSteps && model.SamplerMaxSteps.TryGetValue(choice.Sampler, out var most) && steps > most)
        {
            Add("steps", RequestTexts.StepsOfSampler, steps, choice.Sampler, 1, most);
        }

        if (request.Noise is not ("cpu" or "nv"))
        {
            Add("noise", RequestTexts.UnknownNoise, request.Noise);
        }

        return errors;

        void Add(string field, string text, params object[] values) =>
            errors.Add(new FieldError(field, string.Format(CultureInfo.InvariantCulture, text, values)));

        void Text(string field, string value)
        {
            if (value.Length > RequestLimits.PromptCharacters)
            {
                Add(field, RequestTexts.PromptTooLong, field, value.Length, RequestLimits.PromptCharacters);
            }
            else if (!IsStorable(value))
            {
                Add(field, RequestTexts.NotText, field);
            }
        }

        void Range(string field, double? value, double least, double most)
        {
            if (value is { } number && !(number >= least && number <= most))
            {
                Add(field, RequestTexts.OutOfRange, field, number, least, most);
            }
        }

        void Side(string field, int? value)
        {
            Range(field, value, model.MinSide, model.MaxSide);
            if (value is { } side && side >= model.MinSide && side <= model.MaxSide && side % model.SideMultiple != 0)
            {
                Add(field, RequestTexts.NotMultiple, field, side, model.SideMultiple);
            }
        }
    }

    /// <summary>The request with every absent value replaced by the model's default, and <paramref name="seed"/> where none was given.</summary>
    /// <remarks>What means the same becomes the same: "DPM++ 2M Karras" is a sampler and a schedule, and an η of 0 is none.</remarks>
    public static GenerationRequest WithDefaults(GenerationRequest request, ModelCapabilities model, long seed)
    {
        var choice = SamplerChoice.Of(request, model);
        return request with
        {
            Seed = request.Seed ?? seed,
            Steps = request.Steps ?? model.DefaultSteps,
            Guidance = request.Guidance ?? model.DefaultGuidance,
            Width = request.Width ?? model.DefaultWidth,
            Height = request.Height ?? model.DefaultHeight,
            Sampler = choice.Sampler,
            Schedule = choice.Schedule,
            Eta = request.Eta > 0 ? request.Eta : null,
            GuidanceRescale = request.GuidanceRescale > 0 ? request.GuidanceRescale : null,
        };
    }

    // PostgreSQL stores neither NUL nor unpaired surrogates.
    private static bool IsStorable(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\0' || char.IsLowSurrogate(value[i]))
            {
                return false;
            }

            if (char.IsHighSurrogate(value[i]) && !(++i < value.Length && char.IsLowSurrogate(value[i])))
            {
                return false;
            }
        }

        return true;
    }
}

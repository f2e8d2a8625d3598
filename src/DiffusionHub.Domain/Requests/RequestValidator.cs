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
        // Picture i uses seed + i, so the last picture's seed must fit too.
        Range("seed", request.Seed, 0, RequestLimits.Seed - Math.Max(0, request.Count - 1));
        Side("width", request.Width);
        Side("height", request.Height);

        if (request.Sampler is { } sampler && !model.Samplers.Contains(sampler, StringComparer.OrdinalIgnoreCase))
        {
            Add("sampler", RequestTexts.UnknownSampler, sampler, string.Join(", ", model.Samplers));
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
    public static GenerationRequest WithDefaults(GenerationRequest request, ModelCapabilities model, long seed) => request with
    {
        Seed = request.Seed ?? seed,
        Steps = request.Steps ?? model.DefaultSteps,
        Guidance = request.Guidance ?? model.DefaultGuidance,
        Width = request.Width ?? model.DefaultWidth,
        Height = request.Height ?? model.DefaultHeight,
        Sampler = request.Sampler is { } name ? model.Samplers.First(s => s.Equals(name, StringComparison.OrdinalIgnoreCase)) : model.Samplers[0],
    };

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

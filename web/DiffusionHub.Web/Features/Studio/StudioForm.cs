using System.Globalization;
using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;

namespace DiffusionHub.Web.Features.Studio;

/// <summary>What is typed into the Studio, as text, so that "x" in a number field is answered instead of lost.</summary>
public sealed class StudioForm
{
    public string Model { get; set; } = "";
    public string Prompt { get; set; } = "";
    public string Negative { get; set; } = "";
    public string Steps { get; set; } = "";
    public string Guidance { get; set; } = "";
    public string Seed { get; set; } = "";

    /// <summary>Empty: the model's own.</summary>
    public string Sampler { get; set; } = "";

    /// <summary>Counts only beside a sampler that takes one; kept meanwhile.</summary>
    public string Schedule { get; set; } = GenerationRequest.AutomaticSchedule;

    public int Count { get; set; } = 1;

    /// <summary>
    /// What a picture's settings hold beyond the form's fields (size, noise, η, rescale), or null: without it "use these settings" would draw
    /// another picture.
    /// </summary>
    public GenerationRequest? Carried { get; private set; }

    /// <summary>Why each field was refused, by the request's field name.</summary>
    public Dictionary<string, string> Errors { get; } = new(StringComparer.Ordinal);

    /// <summary>Fills the form from a finished picture's request.</summary>
    public void Use(GenerationRequest request)
    {
        Model = request.Model;
        Prompt = request.Prompt;
        Negative = request.NegativePrompt ?? "";
        Steps = Show(request.Steps);
        Guidance = request.Guidance?.ToString(CultureInfo.InvariantCulture) ?? "";
        Seed = Show(request.Seed);
        Sampler = request.Sampler ?? "";
        Schedule = request.Schedule ?? GenerationRequest.AutomaticSchedule;
        Count = 1;
        Carried = request;
        Errors.Clear();
    }

    /// <summary>Back to the model's own size and noise.</summary>
    public void DropCarried() => Carried = null;

    /// <summary>What of <see cref="Carried"/> differs from the model's defaults, to show; empty: nothing.</summary>
    public string CarriedText(ModelCapabilities model) => Carried is not { } carried ? "" : string.Join(", ", new[]
    {
        carried.Noise != "cpu" ? string.Format(CultureInfo.InvariantCulture, StudioTexts.CarriedNoise, carried.Noise) : null,
        (carried.Width ?? model.DefaultWidth, carried.Height ?? model.DefaultHeight) is var (width, height) && (width, height) != (model.DefaultWidth, model.DefaultHeight)
            ? string.Format(CultureInfo.InvariantCulture, StudioTexts.CarriedSize, width, height) : null,
        carried.Eta is { } eta and > 0 ? string.Format(CultureInfo.InvariantCulture, StudioTexts.CarriedEta, eta) : null,
        carried.GuidanceRescale is { } rescale and > 0 ? string.Format(CultureInfo.InvariantCulture, StudioTexts.CarriedRescale, rescale) : null,
    }.OfType<string>());

    /// <summary>True where the sampler can follow a schedule.</summary>
    public bool TakesSchedule(ModelCapabilities model) => model.SamplersWithSchedules.Contains(SamplerOn(model));

    /// <summary>The sampler as the form shows it.</summary>
    public string SamplerOn(ModelCapabilities model) => Sampler.Length > 0 ? Sampler : model.Samplers[0];

    /// <summary>Takes the model's defaults for the fields that depend on it.</summary>
    public void UseDefaults(ModelCapabilities model)
    {
        Model = model.Name;
        Carried = null;
        Steps = Show(model.DefaultSteps);
        Guidance = model.DefaultGuidance.ToString(CultureInfo.InvariantCulture);
        Sampler = model.Samplers[0];
        Schedule = GenerationRequest.AutomaticSchedule;
    }

    /// <summary>The request, or null with <see cref="Errors"/> filled.</summary>
    public GenerationRequest? Read(ModelCapabilities model)
    {
        Errors.Clear();
        if (string.IsNullOrWhiteSpace(Prompt))
        {
            Errors["prompt"] = StudioTexts.PromptNeeded;
        }

        var request = (Carried ?? new GenerationRequest()) with
        {
            Model = Model,
            Prompt = Prompt.Trim(),
            NegativePrompt = string.IsNullOrWhiteSpace(Negative) ? null : Negative.Trim(),
            Steps = (int?)Whole("steps", StudioTexts.Steps, Steps, 1, model.MaxSteps),
            Guidance = Number("guidance", StudioTexts.Guidance, Guidance, 0, RequestLimits.Guidance),
            Sampler = Sampler.Length > 0 ? Sampler : null,
            Schedule = TakesSchedule(model) && Schedule != GenerationRequest.AutomaticSchedule ? Schedule : null,
            Seed = Whole("seed", StudioTexts.Seed, Seed, 0, RequestLimits.Seed),
            Count = Count,
        };
        if (Errors.Count == 0)
        {
            Refuse(RequestValidator.Validate(request, model));
        }

        return Errors.Count == 0 ? request : null;
    }

    /// <summary>Shows a refusal at its fields.</summary>
    public void Refuse(IReadOnlyList<FieldError> errors)
    {
        foreach (var error in errors)
        {
            Errors.TryAdd(error.Field, error.Message);
        }
    }

    private static string Show(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";

    private long? Whole(string field, string label, string text, long least, long most)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
        {
            return value;
        }

        Errors[field] = string.Format(CultureInfo.InvariantCulture, StudioTexts.WholeNumber, label, least, most);
        return null;
    }

    private double? Number(string field, string label, string text, double least, double most)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (double.TryParse(text.Trim().Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value >= least && value <= most)
        {
            return value;
        }

        Errors[field] = string.Format(CultureInfo.InvariantCulture, StudioTexts.Number, label, least, most);
        return null;
    }
}

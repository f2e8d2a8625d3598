using System.Globalization;
using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Web.Features.Studio.Parts;

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

    /// <summary>Empty: <see cref="UsualSize"/>; so is <see cref="Height"/>.</summary>
    public string Width { get; set; } = "";
    public string Height { get; set; } = "";

    /// <summary>Empty: the model's own.</summary>
    public string Sampler { get; set; } = "";

    /// <summary>Counts only beside a sampler that takes one; kept meanwhile.</summary>
    public string Schedule { get; set; } = GenerationRequest.AutomaticSchedule;

    public int Count { get; set; } = 1;

    /// <summary>The picture to begin with.</summary>
    public StartForm Start { get; } = new();

    /// <summary>What it shows, where that is not said in words.</summary>
    public SubjectForm Subject { get; } = new();

    /// <summary>What else is said of the picture to begin with.</summary>
    public EditForm Edit { get; } = new();

    /// <summary>A network that leads the picture.</summary>
    public GuideForm Guide { get; } = new();

    /// <summary>The LoRAs.</summary>
    public LoraForm Loras { get; } = new();

    /// <summary>The ControlNet.</summary>
    public ControlForm Control { get; } = new();

    /// <summary>The rest.</summary>
    public AdvancedForm Advanced { get; } = new();

    /// <summary>
    /// What a picture's settings hold beyond the form's fields (noise, η, rescale), or null: without it "use these settings" would draw
    /// another picture.
    /// </summary>
    public GenerationRequest? Carried { get; private set; }

    /// <summary>Why each field was refused, by the request's field name.</summary>
    public Dictionary<string, string> Errors { get; } = new(StringComparer.Ordinal);

    /// <summary>Fills the form from a finished picture's request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="init">Size of the picture that it begins with, where that is known.</param>
    public void Use(GenerationRequest request, (int Width, int Height)? init = null)
    {
        Model = request.Model;
        Prompt = request.Prompt;
        Negative = request.NegativePrompt ?? "";
        Steps = FormNumbers.Show(request.Steps);
        Guidance = FormNumbers.Show(request.Guidance);
        Seed = FormNumbers.Show(request.Seed);
        (Width, Height) = (FormNumbers.Show(request.Width), FormNumbers.Show(request.Height));
        Sampler = request.Sampler ?? "";
        Schedule = request.Schedule ?? GenerationRequest.AutomaticSchedule;
        Count = 1;
        Carried = request with { Width = null, Height = null };
        Start.Use(request, init);
        Subject.Use(request);
        Edit.Use(request);
        Guide.Use(request);
        Loras.Use(request);
        Control.Use(request);
        Advanced.Use(request);
        Errors.Clear();
    }

    /// <summary>Begins with a picture; the new one gets its size.</summary>
    public void StartFrom(ChosenPicture picture)
    {
        Start.Take(picture);
        (Width, Height) = ("", "");
        Errors.Remove("init");
    }

    /// <summary>Puts words at the prompt's end, unless they are in it.</summary>
    public void Insert(string words)
    {
        if (!Prompt.Contains(words, StringComparison.OrdinalIgnoreCase))
        {
            Prompt = string.IsNullOrWhiteSpace(Prompt) ? words : $"{Prompt.TrimEnd().TrimEnd(',')}, {words}";
        }
    }

    /// <summary>Back to the usual noise and the like.</summary>
    public void DropCarried() => Carried = null;

    /// <summary>What of <see cref="Carried"/> differs from the model's defaults, to show; empty: nothing.</summary>
    public string CarriedText(ModelCapabilities model) => Carried is not { } carried ? "" : string.Join(", ", new[]
    {
        carried.Noise != "cpu" ? string.Format(CultureInfo.InvariantCulture, StudioTexts.CarriedNoise, carried.Noise) : null,
        carried.Eta is { } eta and > 0 ? string.Format(CultureInfo.InvariantCulture, StudioTexts.CarriedEta, eta) : null,
        carried.GuidanceRescale is { } rescale and > 0 ? string.Format(CultureInfo.InvariantCulture, StudioTexts.CarriedRescale, rescale) : null,
        carried is { OriginalSize: null, TargetSize: null, CropTopLeft: null, AestheticScore: null, NegativeAestheticScore: null } ? null : StudioTexts.CarriedSizes,
    }.OfType<string>());

    /// <summary>Whether the model makes pictures of more than one size; an upscaler's follows from the picture.</summary>
    public static bool TakesSizes(ModelCapabilities model) => model.MinSide < model.MaxSide && model.UpscaleFactor is null;

    /// <summary>Whether something must be said in words.</summary>
    public static bool NeedsWords(ModelCapabilities model) => !model.WithoutPrompt && !model.Tasks.All(ModelTasks.NeedsNoWords);

    /// <summary>Size when none is typed: that of the picture to begin with, or the model's own.</summary>
    public (int Width, int Height) UsualSize(ModelCapabilities model) => Start.Picture is { Width: { } width, Height: { } height } && StartForm.Takes(model)
        ? InitSize.Of(width, height, model)
        : (model.DefaultWidth, model.DefaultHeight);

    /// <summary>True where the sampler can follow a schedule.</summary>
    public bool TakesSchedule(ModelCapabilities model) => model.SamplersWithSchedules.Contains(SamplerOn(model));

    /// <summary>The sampler as the form shows it.</summary>
    public string SamplerOn(ModelCapabilities model) => Sampler.Length > 0 ? Sampler : model.Samplers[0];

    /// <summary>Whether a negative prompt is written that nothing would look at: without guidance there is nothing to lead away from.</summary>
    public bool NegativeIsIdle(ModelCapabilities model) => !string.IsNullOrWhiteSpace(Negative) && (FormNumbers.Parse(Guidance) ?? model.DefaultGuidance) == 1;

    /// <summary>Takes the model's defaults for the fields that depend on it.</summary>
    public void UseDefaults(ModelCapabilities model)
    {
        Model = model.Name;
        Carried = null;
        (Width, Height) = ("", "");
        Steps = FormNumbers.Show(model.DefaultSteps);
        Guidance = FormNumbers.Show(model.DefaultGuidance);
        Sampler = model.Samplers[0];
        Schedule = GenerationRequest.AutomaticSchedule;
    }

    /// <summary>The request, or null with <see cref="Errors"/> filled.</summary>
    public GenerationRequest? Read(ModelCapabilities model)
    {
        Errors.Clear();
        if (NeedsWords(model) && string.IsNullOrWhiteSpace(Prompt))
        {
            Errors["prompt"] = StudioTexts.PromptNeeded;
        }

        var numbers = new FormNumbers(Errors);
        var request = (Carried ?? new GenerationRequest()) with
        {
            Model = Model,
            Prompt = model.WithoutPrompt ? "" : Prompt.Trim(),
            NegativePrompt = model.WithoutPrompt || string.IsNullOrWhiteSpace(Negative) ? null : Negative.Trim(),
            Steps = (int?)numbers.Whole("steps", StudioTexts.Steps, Steps, 1, model.MaxSteps),
            Guidance = model.WithoutGuidance ? null : numbers.Number("guidance", StudioTexts.Guidance, Guidance, 0, RequestLimits.Guidance),
            Width = TakesSizes(model) ? (int?)numbers.Whole("width", StudioTexts.Width, Width, model.MinSide, model.MaxSide) : null,
            Height = TakesSizes(model) ? (int?)numbers.Whole("height", StudioTexts.Height, Height, model.MinSide, model.MaxSide) : null,
            Sampler = Sampler.Length > 0 ? Sampler : null,
            Schedule = TakesSchedule(model) && Schedule != GenerationRequest.AutomaticSchedule ? Schedule : null,
            Seed = numbers.Whole("seed", StudioTexts.Seed, Seed, 0, RequestLimits.Seed),
            Count = Count,
        };
        request = Start.Read(request, model, Errors);
        request = Subject.Read(request, model, Errors);
        request = Edit.Read(request, model, Errors);
        request = Guide.Read(request, model, Errors);
        request = Loras.Read(request, model, Errors);
        request = Control.Read(request, model, Errors);
        request = Advanced.Read(request, model, Errors);
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
}

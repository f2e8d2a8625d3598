using System.Globalization;
using DiffusionHub.Domain.Models;

namespace DiffusionHub.Domain.Requests;

/// <summary>Holds a request against a model's capabilities. Pure: the same request and model always give the same answer.</summary>
public static class RequestValidator
{
    private const double UsualStrength = 0.8;
    private const double UsualSwitch = 0.8;

    /// <summary>Every reason to refuse <paramref name="request"/>; empty when it can be queued.</summary>
    public static IReadOnlyList<FieldError> Validate(GenerationRequest request, ModelCapabilities model)
    {
        var faults = new RequestFaults();
        faults.Text("prompt", request.Prompt);
        faults.Text("negativePrompt", request.NegativePrompt ?? "");
        faults.Range("count", request.Count, 1, RequestLimits.Count);
        faults.Range("steps", request.Steps, 1, model.MaxSteps);
        faults.Range("guidance", request.Guidance, 0, RequestLimits.Guidance);
        faults.Range("eta", request.Eta, 0, RequestLimits.Eta);
        faults.Range("guidanceRescale", request.GuidanceRescale, 0, RequestLimits.GuidanceRescale);
        // Picture i uses seed + i, so the last picture's seed must fit too.
        faults.Range("seed", request.Seed, 0, RequestLimits.Seed - Math.Max(0, request.Count - 1));
        faults.Side("width", request.Width, model);
        faults.Side("height", request.Height, model);

        var choice = SamplerChoice.Of(request, model);
        faults.AddRange(choice.Errors);
        var steps = request.Steps ?? model.DefaultSteps;
        if (choice.Errors.Count == 0 && steps <= model.MaxSteps && model.SamplerMaxSteps.TryGetValue(choice.Sampler, out var most) && steps > most)
        {
            faults.Add("steps", RequestTexts.StepsOfSampler, steps, choice.Sampler, 1, most);
        }

        faults.Require(request.Noise is "cpu" or "nv", "noise", RequestTexts.UnknownNoise, request.Noise);
        TaskRules.Check(request, model, faults);
        PictureRules.Check(request, model, faults);
        GradientRules.Check(request, model, faults);
        AdapterRules.Check(request, model, faults);
        return faults.All;
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
            Emphasis = request.Emphasis is true ? true : null,
            ClipSkip = request.ClipSkip > 0 ? request.ClipSkip : null,
            Strength = request.Init is null || !ModelTasks.TakesStrength(ModelTasks.Of(request, model)) ? null : Strength(request),
            NoiseLevel = model.MaxNoiseLevel is null ? null : request.NoiseLevel ?? model.DefaultNoiseLevel,
            ClassLabel = request.ClassLabel is { } label && ModelClasses.Find(model, label) is { } number ? number.ToString(CultureInfo.InvariantCulture) : request.ClassLabel,
            Loras = request.Loras is { Count: > 0 } loras ? loras : null,
            ControlScale = request.Control is null ? null : request.ControlScale,
            ControlStart = request.Control is null ? null : request.ControlStart,
            ControlEnd = request.Control is null ? null : request.ControlEnd,
            RefinerSwitch = request.Refiner is null ? null : request.RefinerSwitch ?? UsualSwitch,
        };
    }

    /// <summary>How much of the picture is made anew, where nothing is said too.</summary>
    internal static double Strength(GenerationRequest request) => request.Strength ?? (request.Mask is null ? UsualStrength : 1);
}

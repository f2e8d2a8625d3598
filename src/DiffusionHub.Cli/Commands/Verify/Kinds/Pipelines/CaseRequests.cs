using System.Text.Json;
using DiffusionHub.Imaging;
using DiffusionHub.Pipelines;

namespace DiffusionHub.Cli.Commands.Verify.Kinds.Pipelines;

/// <summary>From a case to a request: what is absent is what the original pipelines take by default.</summary>
internal static class CaseRequests
{
    private const string ClassKey = "class";

    // A pipeline may bring its scheduler, whatever the model's folder names.
    private static readonly Dictionary<string, string> Schedulers = new(StringComparer.Ordinal) { ["DDIMPipeline"] = "DDIMScheduler" };

    /// <param name="golden">The case.</param>
    /// <param name="model">The model.</param>
    /// <param name="beside">Path of a file beside the case.</param>
    /// <param name="models">Path of another model.</param>
    public static PictureRequest Of(PipelineCase golden, ModelDescription model, Func<string, string> beside, Func<string, string> models)
    {
        var request = golden.Request;
        var init = Picture(request.Init);
        var mask = Picture(request.Mask);
        return new PictureRequest
        {
            Prompt = request.Prompt,
            NegativePrompt = request.NegativePrompt,
            ClipSkip = request.ClipSkip,
            Seed = request.Seed,
            Count = request.Count,
            Steps = request.Steps ?? model.DefaultSteps,
            Guidance = request.Guidance ?? model.DefaultGuidance,
            GuidanceRescale = request.GuidanceRescale,
            Width = request.Width ?? Side(init?.Width),
            Height = request.Height ?? Side(init?.Height),
            Scheduler = golden.Scheduler is { } scheduler ? Scheduler(scheduler) : Schedulers.TryGetValue(golden.Pipeline, out var own) ? new SchedulerChoice(own, new Dictionary<string, JsonElement>()) : null,
            Eta = request.Eta,
            Noise = request.Noise,
            Init = init,
            Mask = mask,
            Depth = request.Depth is { } depth ? NumpyFile.ReadDepth(beside(depth)) : null,
            NoiseLevel = request.NoiseLevel ?? model.DefaultNoiseLevel,
            ClassLabel = request.ClassLabel,
            Map = Picture(request.Map),
            Strength = request.Strength ?? (mask is null ? 0.8 : 1),
            Adapters = [.. request.Loras.Select(lora => new AdapterChoice(beside(lora.File), lora.Weight))],
            Control = Picture(request.Control) is { } control
                ? new ControlChoice(control) { Scale = request.ControlScale, Start = request.ControlStart, End = request.ControlEnd }
                : null,
            Vae = request.Vae is { } vae ? models(vae) : null,
            Refiner = request.Refiner is { } refiner ? new RefinerChoice(models(refiner), request.RefinerSwitch) : null,
            Sizes = new SizeConditions
            {
                Original = Pair(request.OriginalSize),
                Target = Pair(request.TargetSize),
                Crop = Pair(request.CropTopLeft) ?? (0, 0),
                Aesthetic = request.AestheticScore,
                NegativeAesthetic = request.NegativeAestheticScore,
            },
        };

        RgbImage? Picture(string? name) => name is null ? null : ImageCodec.Decode(File.ReadAllBytes(beside(name)));
        int Side(int? own) => own is { } side ? side * (model.UpscaleFactor ?? 1) / model.SideMultiple * model.SideMultiple : model.DefaultSide;
    }

    private static SchedulerChoice Scheduler(IReadOnlyDictionary<string, JsonElement> keys) =>
        new(keys[ClassKey].GetString()!, keys.Where(pair => pair.Key != ClassKey).ToDictionary(StringComparer.Ordinal));

    private static (int, int)? Pair(IReadOnlyList<int>? pair) => pair is [var first, var second] ? (first, second) : null;
}

using System.Globalization;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Imaging;
using DiffusionHub.Pipelines;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Mapping;

/// <summary>What a request names beside its model: pictures, and entries of the catalogue.</summary>
internal interface IRequestFiles
{
    /// <summary>The picture that a request's member refers to.</summary>
    /// <param name="field">The member, for messages.</param>
    /// <param name="reference">What it says.</param>
    RgbImage Picture(string field, string reference);

    /// <summary>The depth of a picture that a request's member refers to.</summary>
    /// <param name="field">The member, for messages.</param>
    /// <param name="reference">What it says.</param>
    DepthChoice Depth(string field, string reference);

    /// <summary>Path of a catalogue entry.</summary>
    /// <param name="field">The member, for messages.</param>
    /// <param name="kind">One of <see cref="ModelKinds"/>.</param>
    /// <param name="name">What it says.</param>
    string Entry(string field, string kind, string name);
}

/// <summary>From the request document to what a pipeline takes. (One source for the programs that know both.)</summary>
internal static class RequestMapping
{
    /// <summary>A request whose defaults are filled in (<see cref="RequestValidator.WithDefaults"/>), as a pipeline takes it.</summary>
    public static PictureRequest ToRun(this GenerationRequest request, IRequestFiles files) => new()
    {
        Prompt = request.Prompt,
        NegativePrompt = request.NegativePrompt,
        Emphasis = request.Emphasis ?? false,
        ClipSkip = request.ClipSkip ?? 0,
        Seed = request.Seed!.Value,
        Count = request.Count,
        Steps = request.Steps!.Value,
        Guidance = request.Guidance!.Value,
        GuidanceRescale = request.GuidanceRescale ?? 0,
        Width = request.Width!.Value,
        Height = request.Height!.Value,
        Sampler = request.Sampler!,
        Schedule = request.Schedule,
        Eta = request.Eta ?? 0,
        Noise = request.Noise,
        Init = request.Init is { } init ? files.Picture("init", init) : null,
        Strength = request.Strength ?? 1,
        Mask = request.Mask is { } mask ? files.Picture("mask", mask) : null,
        Depth = request.Depth is { } depth ? files.Depth("depth", depth) : null,
        NoiseLevel = request.NoiseLevel ?? 0,
        ClassLabel = request.ClassLabel is { } label ? int.Parse(label, CultureInfo.InvariantCulture) : null,
        Map = request.Map is { } map ? files.Picture("map", map) : null,
        Inversion = request.Inversion is { } inversion ? new InversionChoice(inversion.Caption) { Mix = inversion.Mix ?? InversionChoice.PublishedMix } : null,
        Guide = request.Guide is { } guide ? Guide(guide, files) : null,
        Adapters = [.. (request.Loras ?? []).Select(lora => new AdapterChoice(files.Entry("loras", ModelKinds.Lora, lora.File), lora.Weight) { Name = PartName.Of(lora.File) })],
        Control = request.Control is { } control ? Control(request, files.Picture("control", control), files) : null,
        Vae = request.Vae is { } vae ? files.Entry("vae", ModelKinds.Vae, vae) : null,
        VaeName = request.Vae is { } named ? PartName.Of(named) : null,
        Refiner = request.Refiner is { } refiner ? new RefinerChoice(files.Entry("refiner", ModelKinds.Model, refiner), request.RefinerSwitch!.Value) { Name = PartName.Of(refiner) } : null,
        Sizes = Sizes(request),
    };

    private static ControlChoice Control(GenerationRequest request, RgbImage picture, IRequestFiles files) => new(picture)
    {
        Path = request.ControlNet is { } name ? files.Entry("controlNet", ModelKinds.ControlNet, name) : null,
        Name = request.ControlNet is { } called ? PartName.Of(called) : null,
        Scale = request.ControlScale ?? 1,
        Start = request.ControlStart ?? 0,
        End = request.ControlEnd ?? 1,
    };

    private static GuideChoice Guide(GuideRequest guide, IRequestFiles files) => new(files.Entry("guide", ModelKinds.Guide, guide.Model))
    {
        Name = PartName.Of(guide.Model),
        Target = guide.Target,
        Scale = guide.Scale ?? 1,
        Rounds = guide.Rounds ?? 0,
    };

    private static SizeConditions Sizes(GenerationRequest request)
    {
        var usual = new SizeConditions();
        return usual with
        {
            Original = Pair(request.OriginalSize),
            Target = Pair(request.TargetSize),
            Crop = Pair(request.CropTopLeft) ?? usual.Crop,
            Aesthetic = request.AestheticScore ?? usual.Aesthetic,
            NegativeAesthetic = request.NegativeAestheticScore ?? usual.NegativeAesthetic,
        };
    }

    private static (int, int)? Pair(IReadOnlyList<int>? pair) => pair is [var first, var second] ? (first, second) : null;
}

using DiffusionHub.Imaging;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Stages;

namespace DiffusionHub.Pipelines.LatentDiffusion;

/// <summary>Holds a request against what the model's parts can take, before anything is computed.</summary>
internal static class RequestFit
{
    private static readonly string[] WithoutPicture = [KnownTasks.Unconditional, KnownTasks.ClassToImage];

    /// <summary>Holds against them what is the same for all families.</summary>
    /// <returns>The request with its control picture in the size that is wanted.</returns>
    /// <exception cref="UnfitRequestException">The model cannot do what it asks for.</exception>
    public static PictureRequest Check(PictureRequest request, ModelParts parts, VaePart vae, ModelDescription model)
    {
        Require(!model.WithoutPrompt || string.IsNullOrWhiteSpace(request.Prompt), "prompt", PipelineTexts.NoPrompts);
        Require(request.Init is null || !model.Tasks.All(WithoutPicture.Contains), "init", PipelineTexts.NoInit);
        Require(vae.Channels == parts.Vae.Channels && vae.Factor == parts.Vae.Factor, "vae", PipelineTexts.OtherVae, vae.Channels, vae.Factor, parts.Vae.Channels, parts.Vae.Factor);
        Side("width", request.Width, vae.Factor);
        Side("height", request.Height, vae.Factor);
        if (parts.Unet.Traits.OnlySize is { } only)
        {
            var (width, height) = (only.Width * vae.Factor, only.Height * vae.Factor);
            Require(request.Width == width, "width", PipelineTexts.OnlySide, "width", request.Width, width);
            Require(request.Height == height, "height", PipelineTexts.OnlySide, "height", request.Height, height);
        }

        return request with { Control = request.Control is { } control ? control with { Picture = Sized(control.Picture, request)! } : null };
    }

    /// <summary>Refuses a strength out of its limits, or one that leaves no step, where there is a picture to begin with.</summary>
    /// <exception cref="UnfitRequestException">It is one.</exception>
    public static void Strength(PictureRequest request)
    {
        if (request.Init is not null)
        {
            Require(request.Strength is >= 0 and <= 1, "strength", PipelineTexts.BadStrength, request.Strength);
            Require((int)(request.Steps * request.Strength) >= 1, "strength", PipelineTexts.NoStepLeft, request.Steps, request.Strength);
        }
    }

    /// <summary>Refuses what models that need a certain kind of picture have no use for: masks and ControlNets.</summary>
    /// <exception cref="UnfitRequestException">There is one, or no picture.</exception>
    public static void OnlyInit(PictureRequest request)
    {
        Require(request.Init is not null, "init", PipelineTexts.NeedsInit);
        Require(request.Mask is null, "mask", PipelineTexts.NoMask);
        Require(request.Control is null, "control", PipelineTexts.NoControlNetHere);
    }

    /// <summary>Refuses a noise level beyond the model's.</summary>
    /// <exception cref="UnfitRequestException">It is.</exception>
    public static void NoiseLevel(PictureRequest request, int most) =>
        Require(request.NoiseLevel >= 0 && request.NoiseLevel <= most, "noiseLevel", PipelineTexts.NoiseLevelRange, request.NoiseLevel, most);

    /// <summary>Refuses a prompt of more chunks than the UNet takes.</summary>
    /// <exception cref="UnfitRequestException">It has.</exception>
    public static void CheckTokens(Conditioning conditioning, ModelParts parts) =>
        Require(parts.Unet.Traits.OnlyTokens is not { } only || conditioning.Tokens == only, "prompt", PipelineTexts.OnlyTokens, conditioning.Tokens, parts.Unet.Traits.OnlyTokens ?? 0);

    /// <summary>Refuses a refiner that cannot go on from the model's latents.</summary>
    /// <exception cref="UnfitRequestException">It is one.</exception>
    public static void CheckRefiner(ModelParts parts, ModelParts refiner)
    {
        var (own, other) = (parts.Vae, refiner.Vae);
        Require(other.Channels == own.Channels && other.Factor == own.Factor, "refiner", PipelineTexts.OtherRefiner, other.Channels, other.Factor, own.Channels, own.Factor);
        Require(refiner.Unet.Traits.InChannels == other.Channels, "refiner", PipelineTexts.RefinerRepaints);
    }

    /// <summary>A picture in the size that is wanted.</summary>
    public static RgbImage? Sized(RgbImage? picture, PictureRequest request) =>
        picture is null || (picture.Width == request.Width && picture.Height == request.Height) ? picture : ImageCodec.Resize(picture, request.Width, request.Height);

    /// <summary>Refuses a request unless <paramref name="holds"/>.</summary>
    /// <exception cref="UnfitRequestException">It does not.</exception>
    public static void Require(bool holds, string field, string text, params object[] values)
    {
        if (!holds)
        {
            throw new UnfitRequestException(field, string.Format(System.Globalization.CultureInfo.InvariantCulture, text, values));
        }
    }

    private static void Side(string field, int value, int factor) => Require(value >= factor && value % factor == 0, field, PipelineTexts.BadSide, field, value, factor);
}

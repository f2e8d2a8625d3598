using DiffusionHub.Imaging;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Stages;

namespace DiffusionHub.Pipelines.LatentDiffusion;

/// <summary>Holds a request against what the model's parts can take, before anything is computed.</summary>
internal static class RequestFit
{
    private static readonly string[] WithoutPicture = [KnownTasks.Unconditional, KnownTasks.ClassToImage];

    /// <summary>The request with its pictures in the size that is wanted.</summary>
    /// <exception cref="UnfitRequestException">The model cannot do what it asks for.</exception>
    public static PictureRequest Check(PictureRequest request, ModelParts parts, VaePart vae, ModelDescription model, IPictureChannels? beside)
    {
        Require(!model.WithoutPrompt || string.IsNullOrWhiteSpace(request.Prompt), "prompt", PipelineTexts.NoPrompts);
        Require(beside is not null || request.Init is null || !model.Tasks.All(WithoutPicture.Contains), "init", PipelineTexts.NoInit);
        Require(vae.Channels == parts.Vae.Channels && vae.Factor == parts.Vae.Factor, "vae", PipelineTexts.OtherVae, vae.Channels, vae.Factor, parts.Vae.Channels, parts.Vae.Factor);
        Side("width", request.Width, vae.Factor);
        Side("height", request.Height, vae.Factor);
        if (parts.Unet.Traits.OnlySize is { } only)
        {
            var (width, height) = (only.Width * vae.Factor, only.Height * vae.Factor);
            Require(request.Width == width, "width", PipelineTexts.OnlySide, "width", request.Width, width);
            Require(request.Height == height, "height", PipelineTexts.OnlySide, "height", request.Height, height);
        }

        if (beside is not null)
        {
            beside.Check(request);
            return request;
        }

        Require(request.Mask is null || request.Init is not null, "mask", PipelineTexts.MaskAlone);
        var knowsMasks = parts.Unet.Traits.InChannels > vae.Channels;
        Require(!knowsMasks || request.Mask is not null, "mask", PipelineTexts.NeedsMask);
        Require(!knowsMasks || parts.Unet.Traits.InChannels == (2 * vae.Channels) + 1, "model", PipelineTexts.OddChannels, parts.Unet.Traits.InChannels, vae.Channels, (2 * vae.Channels) + 1);
        if (request.Init is not null)
        {
            Require(request.Strength is >= 0 and <= 1, "strength", PipelineTexts.BadStrength, request.Strength);
            Require((int)(request.Steps * request.Strength) >= 1, "strength", PipelineTexts.NoStepLeft, request.Steps, request.Strength);
        }

        return request with
        {
            Init = Sized(request.Init, request),
            Mask = Sized(request.Mask, request),
            Control = request.Control is { } control ? control with { Picture = Sized(control.Picture, request)! } : null,
        };
    }

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

    private static RgbImage? Sized(RgbImage? picture, PictureRequest request) =>
        picture is null || (picture.Width == request.Width && picture.Height == request.Height) ? picture : ImageCodec.Resize(picture, request.Width, request.Height);

    private static void Side(string field, int value, int factor) => Require(value >= factor && value % factor == 0, field, PipelineTexts.BadSide, field, value, factor);

    private static void Require(bool holds, string field, string text, params object[] values)
    {
        if (!holds)
        {
            throw new UnfitRequestException(field, string.Format(System.Globalization.CultureInfo.InvariantCulture, text, values));
        }
    }
}

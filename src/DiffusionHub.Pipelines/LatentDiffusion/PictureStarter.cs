using DiffusionHub.Pipelines.Parts;

namespace DiffusionHub.Pipelines.LatentDiffusion;

/// <summary>Text-to-image, image-to-image and inpainting.</summary>
internal sealed class PictureStarter(ModelParts parts) : ILatentStarter
{
    public void Load()
    {
    }

    public PictureRequest Fit(PictureRequest request)
    {
        var (channels, latents) = (parts.Unet.Traits.InChannels, parts.Vae.Channels);
        RequestFit.Require(request.Depth is null, "depth", PipelineTexts.NoDepthInput);
        RequestFit.Require(request.NoiseLevel == 0, "noiseLevel", PipelineTexts.NoNoiseLevel);
        RequestFit.Require(request.Mask is null || request.Init is not null, "mask", PipelineTexts.MaskAlone);
        RequestFit.Require(channels == latents || request.Mask is not null, "mask", PipelineTexts.NeedsMask);
        RequestFit.Require(channels == latents || channels == (2 * latents) + 1, "model", PipelineTexts.OddChannels, channels, latents, (2 * latents) + 1);
        RequestFit.Strength(request);
        return request with { Init = RequestFit.Sized(request.Init, request), Mask = RequestFit.Sized(request.Mask, request) };
    }

    public LatentStart Begin(StartingPoint point)
    {
        var (request, recipe, shape, noise, encoder) = point;
        return request switch
        {
            { Init: null } => LatentStart.FromNoise(request, recipe, shape, noise),
            { Mask: null } => LatentStart.FromPicture(request, recipe, shape, noise, encoder()),
            _ => LatentStart.FromMaskedPicture(request, recipe, shape, noise, encoder(), parts.Unet.Traits.InChannels > shape.Channels),
        };
    }

    public void Dispose()
    {
    }
}

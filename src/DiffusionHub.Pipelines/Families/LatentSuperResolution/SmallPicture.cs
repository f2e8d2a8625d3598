using System.Globalization;
using DiffusionHub.Imaging;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Stages;

namespace DiffusionHub.Pipelines.Families.LatentSuperResolution;

/// <summary>The small picture as the UNet sees it: red, green and blue, −1..1, a pixel a latent.</summary>
internal sealed class SmallPicture(ModelDescription model, ModelParts parts) : IPictureChannels
{
    /// <summary>Red, green and blue.</summary>
    public const int Channels = 3;

    private const string Field = "init";

    private readonly int factor = parts.Vae.Factor;

    public void Load()
    {
    }

    public void Check(PictureRequest request)
    {
        if (request.Init is not { } picture)
        {
            throw new UnfitRequestException(Field, PipelineTexts.NeedsPicture);
        }

        var (width, height) = (picture.Width * factor, picture.Height * factor);
        if (Math.Max(Math.Max(width, height), Math.Max(request.Width, request.Height)) > model.MaxSide)
        {
            throw new UnfitRequestException(Field, string.Format(
                CultureInfo.InvariantCulture, PipelineTexts.UpscaleTooLarge, picture.Width, picture.Height, factor, width, height, model.MaxSide, model.MaxSide / factor));
        }
    }

    public ExtraChannels Make(PictureRequest request, LatentShape shape)
    {
        var picture = request.Init!;
        var sized = picture.Width == shape.Width && picture.Height == shape.Height ? picture : ImageCodec.Resize(picture, shape.Width, shape.Height);
        var planes = PicturePlanes.Signed(sized);
        return new ExtraChannels([.. Enumerable.Repeat(planes, shape.Count).SelectMany(values => values)], Channels) { Scaled = true };
    }

    public void Dispose()
    {
    }
}

using System.Globalization;
using DiffusionHub.Imaging;
using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Stages;

namespace DiffusionHub.Pipelines.Families.LatentSuperResolution;

/// <summary>A run that begins with noise beside the small picture: red, green and blue, −1..1, a pixel a latent.</summary>
internal sealed class SmallPictureStarter(ModelDescription model, ModelParts parts) : ILatentStarter
{
    /// <summary>Red, green and blue.</summary>
    public const int Channels = 3;

    private const string Field = "init";

    private readonly int factor = parts.Vae.Factor;

    public void Load()
    {
    }

    public PictureRequest Fit(PictureRequest request)
    {
        RequestFit.OnlyInit(request);
        var picture = request.Init!;
        var (width, height) = (picture.Width * factor, picture.Height * factor);
        if (Math.Max(Math.Max(width, height), Math.Max(request.Width, request.Height)) > model.MaxSide)
        {
            throw new UnfitRequestException(Field, string.Format(
                CultureInfo.InvariantCulture, PipelineTexts.UpscaleTooLarge, picture.Width, picture.Height, factor, width, height, model.MaxSide, model.MaxSide / factor));
        }

        return request;
    }

    public LatentStart Begin(StartingPoint point) =>
        LatentStart.FromNoise(point.Request, point.Recipe, point.Shape, point.Noise) with { Extra = Beside(point.Request, point.Shape) };

    public void Dispose()
    {
    }

    private static ExtraChannels Beside(PictureRequest request, LatentShape shape)
    {
        var picture = request.Init!;
        var sized = picture.Width == shape.Width && picture.Height == shape.Height ? picture : ImageCodec.Resize(picture, shape.Width, shape.Height);
        var planes = PicturePlanes.Signed(sized);
        return ExtraChannels.Repeated(planes, Channels, shape.Count) with { Scaled = true };
    }
}

using System.Numerics.Tensors;
using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Stages;

namespace DiffusionHub.Pipelines.Families.StableDiffusionUpscale;

/// <summary>A run that begins with noise beside a low-resolution picture, which has noise of its own; the model is told how much.</summary>
/// <param name="parts">The model's parts.</param>
/// <param name="description">What it can do.</param>
/// <param name="noiser">What puts the low resolution under noise.</param>
internal sealed class UpscaleStarter(ModelParts parts, ModelDescription description, ForwardNoise noiser) : ILatentStarter
{
    private const int Channels = 3;

    public void Load()
    {
    }

    public PictureRequest Fit(PictureRequest request)
    {
        RequestFit.OnlyInit(request);
        RequestFit.Require(request.Depth is null, "depth", PipelineTexts.NoDepthInput);
        RequestFit.NoiseLevel(request, description.MaxNoiseLevel ?? 0);
        var factor = parts.Vae.Factor;
        RequestFit.Require(
            request.Width <= description.MaxSide && request.Height <= description.MaxSide,
            "init",
            PipelineTexts.TooLargeResult, request.Width, request.Height, description.MaxSide, description.MaxSide / factor);

        var most = Array.MaxLength / (Channels * (long)request.Width * request.Height);
        RequestFit.Require(request.Count <= most, "count", PipelineTexts.TooManyResults, request.Count, request.Width, request.Height, most);

        // A latent for each pixel of the low resolution.
        var (width, height) = (request.Width / factor, request.Height / factor);
        var init = request.Init!;
        return request with { Init = init.Width == width && init.Height == height ? init : ByteBicubic.Resize(init, width, height, ByteBicubic.FinestBits), Strength = 1 };
    }

    public LatentStart Begin(StartingPoint point)
    {
        var (request, shape, noise) = (point.Request, point.Shape, point.Noise);
        var planes = PicturePlanes.Signed(request.Init!);
        var low = InitialLatents.Draw(noise, shape with { Channels = Channels }, scale: 1);
        var (alpha, sigma) = noiser.At(request.NoiseLevel);
        TensorPrimitives.Multiply(low, sigma, low);
        for (var i = 0; i < shape.Count; i++)
        {
            var one = low.AsSpan(i * planes.Length, planes.Length);
            TensorPrimitives.MultiplyAdd(planes, alpha, one, one);
        }

        return LatentStart.FromNoise(request, point.Recipe, shape, noise) with
        {
            Extra = new ExtraChannels(low, Channels),
            Labels = new LabelNumbers([.. Enumerable.Repeat((long)request.NoiseLevel, shape.Count)]),
        };
    }

    public void Dispose()
    {
    }
}

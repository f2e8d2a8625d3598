using DiffusionHub.Inference;
using DiffusionHub.Pipelines.Guides;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Sampling.Inversion;
using DiffusionHub.Sampling.Noise;

namespace DiffusionHub.Pipelines.Inversion;

/// <summary>The gradients that an optimisation needs. They take more memory than the graphs themselves, so they are loaded for one request only.</summary>
internal sealed class Slopes : IDisposable
{
    private readonly LatentShape shape;
    private readonly Graph ofUnet;
    private readonly Graph ofDecoder;
    private readonly UnetSlope unet;
    private readonly PictureSlope pictures;

    /// <exception cref="UnfitRequestException">The model's graphs were not written by the hub, so their gradients are not known.</exception>
    public Slopes(CoupledRuns model, PictureRequest request, Conditioning conditioning, LatentShape shape, IPictureLoss loss, CancellationToken cancellation = default)
    {
        this.shape = shape;
        var vae = model.Graphs.Vae(request.Vae);
        ofDecoder = (vae.LoadDecoderSlope ?? throw new UnfitRequestException("guide", PipelineTexts.NoSlopes))();
        Graph? sloped = null;
        try
        {
            sloped = model.Parts.Unet.Load(new UnetVariant(request.Adapters, Controlled: false) { Sloped = true });
            pictures = new PictureSlope(model.Graphs.Decoder(request.Vae), ofDecoder, vae, loss, request.Guide!.Scale);
            (ofUnet, unet) = (sloped, new UnetSlope(sloped, shape, conditioning, request.Guidance, model.Schedule.Prediction) { Cancellation = cancellation });
        }
        catch
        {
            sloped?.Dispose();
            ofDecoder.Dispose();
            throw;
        }
    }

    /// <summary>The UNet's.</summary>
    public INoiseSlope Unet => unet;

    /// <summary>The loss of the pictures of both of a pair, and the slope of each.</summary>
    public (double Loss, LatentPair Slope) OfPictures(LatentPair pair, GeneratorNoise noise, CancellationToken cancellation = default)
    {
        var (first, second) = (OfPictures(pair.First, noise, cancellation), OfPictures(pair.Second, noise, cancellation));
        return (first.Loss + second.Loss, new LatentPair(first.Slope, second.Slope));
    }

    /// <summary>The loss of the pictures of one of a pair, and its slope.</summary>
    public (double Loss, double[] Slope) OfPictures(ReadOnlySpan<double> latents, GeneratorNoise noise, CancellationToken cancellation = default)
    {
        var slope = new double[shape.Length];
        return (pictures.Evaluate(latents, shape, noise, slope, cancellation), slope);
    }

    public void Dispose()
    {
        unet.Dispose();
        ofUnet.Dispose();
        ofDecoder.Dispose();
    }
}

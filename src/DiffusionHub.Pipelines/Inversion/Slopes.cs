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
    public Slopes(CoupledRuns model, PictureRequest request, Conditioning conditioning, LatentShape shape, IPictureLoss loss)
    {
        this.shape = shape;
        var vae = model.Graphs.Vae(request.Vae);
        ofDecoder = (vae.LoadDecoderSlope ?? throw new UnfitRequestException("guide", PipelineTexts.NoSlopes))();
        try
        {
            ofUnet = model.Parts.Unet.Load(new UnetVariant(request.Adapters, Controlled: false) { Sloped = true });
        }
        catch
        {
            ofDecoder.Dispose();
            throw;
        }

        unet = new UnetSlope(ofUnet, shape, conditioning, request.Guidance, model.Schedule.Prediction);
        pictures = new PictureSlope(model.Graphs.Decoder(request.Vae), ofDecoder, vae, loss, request.Guide!.Scale);
    }

    /// <summary>The UNet's.</summary>
    public INoiseSlope Unet => unet;

    /// <summary>The loss of the pictures of both of a pair, and the slope of each.</summary>
    public (double Loss, LatentPair Slope) OfPictures(LatentPair pair, GeneratorNoise noise)
    {
        var (first, second) = (OfPictures(pair.First, noise), OfPictures(pair.Second, noise));
        return (first.Loss + second.Loss, new LatentPair(first.Slope, second.Slope));
    }

    /// <summary>The loss of the pictures of one of a pair, and its slope.</summary>
    public (double Loss, double[] Slope) OfPictures(ReadOnlySpan<double> latents, GeneratorNoise noise)
    {
        var slope = new double[shape.Length];
        return (pictures.Evaluate(latents, shape, noise, slope), slope);
    }

    public void Dispose()
    {
        unet.Dispose();
        ofUnet.Dispose();
        ofDecoder.Dispose();
    }
}

using DiffusionHub.Inference;
using DiffusionHub.Inference.Graphs.Gradients;
using DiffusionHub.Pipelines.Guides;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Sampling.Noise;

namespace DiffusionHub.Pipelines.Inversion;

/// <summary>A loss of pictures and its slope with respect to their latents, through the autoencoder's decoder, one picture at a time.</summary>
/// <param name="decoder">The decoder.</param>
/// <param name="slope">The decoder's vector-Jacobian product.</param>
/// <param name="vae">The autoencoder.</param>
/// <param name="loss">The loss.</param>
/// <param name="scale">Its factor.</param>
internal sealed class PictureSlope(LatentDecoder decoder, Graph slope, VaePart vae, IPictureLoss loss, double scale)
{
    /// <summary>The loss of all pictures, its factor left out.</summary>
    /// <param name="latents">Latents as the UNet knows them.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="noise">Draws cutouts.</param>
    /// <param name="gradient">The slope of factor times loss with respect to the latents; written over.</param>
    /// <param name="cancellation">Looked at between pictures: of large ones each takes long.</param>
    public double Evaluate(ReadOnlySpan<double> latents, LatentShape shape, GeneratorNoise noise, Span<double> gradient, CancellationToken cancellation = default)
    {
        var (height, width) = (shape.Height * vae.Factor, shape.Width * vae.Factor);
        var pictures = new float[shape.Count * 3 * height * width];
        var ofPictures = new float[pictures.Length];
        decoder.Planes(CoupledRuns.Floats(latents), shape, pictures, cancellation);
        var value = loss.Evaluate(pictures, shape.Count, height, width, ofPictures, noise);

        using var input = GraphTensor.Rent<float>(1, shape.Channels, shape.Height, shape.Width);
        using var cotangent = GraphTensor.Rent<float>(1, 3, height, width);
        using var picture = GraphTensor.Rent<float>(1, 3, height, width);
        using var vjp = GraphTensor.Rent<float>(1, shape.Channels, shape.Height, shape.Width);
        for (var i = 0; i < shape.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var j = 0; j < shape.One; j++)
            {
                input.Values[j] = (float)((latents[(i * shape.One) + j] / vae.ScalingFactor) + vae.Shift);
            }

            ofPictures.AsSpan(i * cotangent.Values.Length, cotangent.Values.Length).CopyTo(cotangent.Values);
            slope.Run([("latent_sample", input), (VjpGraph.Cotangent, cotangent)], [("sample", picture), (VjpGraph.Vjp, vjp)]);
            for (var j = 0; j < shape.One; j++)
            {
                gradient[(i * shape.One) + j] = scale / vae.ScalingFactor * vjp.Values[j];
            }
        }

        return value;
    }
}

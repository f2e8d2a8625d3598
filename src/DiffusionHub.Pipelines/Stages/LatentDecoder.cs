using System.Numerics.Tensors;
using DiffusionHub.Inference;
using DiffusionHub.Pipelines.Parts;

namespace DiffusionHub.Pipelines.Stages;

/// <summary>Stage: latents to pictures through a VAE's decoder, one picture at a time, which bounds the memory; without a decoder the latents are pictures.</summary>
internal sealed class LatentDecoder(Graph? graph, VaePart vae) : IDisposable
{
    private const int Colours = 3;

    private delegate void Take(ReadOnlySpan<float> planes, Span<float> picture);

    /// <summary>Pictures of shape (count, height, width, 3), 0..1.</summary>
    public float[] Decode(ReadOnlySpan<float> latents, LatentShape shape)
    {
        var pictures = new float[shape.Count * shape.Height * shape.Width * vae.Factor * vae.Factor * Colours];
        Run(latents, shape, pictures, (planes, picture) => Interleave(planes, graph is null ? shape.Channels : Colours, picture));
        return pictures;
    }

    /// <summary>Pictures as planes (count, 3, height, width), as the decoder gives them: about −1..1.</summary>
    public void Planes(ReadOnlySpan<float> latents, LatentShape shape, Span<float> pictures) => Run(latents, shape, pictures, (planes, picture) => planes.CopyTo(picture));

    public void Dispose() => graph?.Dispose();

    private void Run(ReadOnlySpan<float> latents, LatentShape shape, Span<float> pictures, Take take)
    {
        var one = pictures.Length / shape.Count;
        if (graph is null)
        {
            for (var i = 0; i < shape.Count; i++)
            {
                take(latents.Slice(i * shape.One, shape.One), pictures.Slice(i * one, one));
            }

            return;
        }

        using var input = GraphTensor.Rent<float>(1, shape.Channels, shape.Height, shape.Width);
        using var output = GraphTensor.Rent<float>(1, Colours, shape.Height * vae.Factor, shape.Width * vae.Factor);
        for (var i = 0; i < shape.Count; i++)
        {
            TensorPrimitives.Divide(latents.Slice(i * shape.One, shape.One), vae.ScalingFactor, input.Values);
            TensorPrimitives.Add(input.Values, vae.Shift, input.Values);
            graph.Run([("latent_sample", input)], [("sample", output)]);
            take(output.Values, pictures.Slice(i * one, one));
        }
    }

    // (channels, h·w) in −1..1 to (h·w, 3) in 0..1; one channel is grey.
    private static void Interleave(ReadOnlySpan<float> planes, int channels, Span<float> pixels)
    {
        var plane = planes.Length / channels;
        for (var i = 0; i < plane; i++)
        {
            for (var colour = 0; colour < Colours; colour++)
            {
                pixels[(Colours * i) + colour] = Math.Clamp((planes[(Math.Min(colour, channels - 1) * plane) + i] / 2) + 0.5f, 0, 1);
            }
        }
    }
}

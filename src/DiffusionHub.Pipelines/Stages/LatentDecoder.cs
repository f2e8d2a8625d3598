using System.Numerics.Tensors;
using DiffusionHub.Inference;
using DiffusionHub.Pipelines.Parts;

namespace DiffusionHub.Pipelines.Stages;

/// <summary>Stage: latents to pictures through a VAE's decoder, one picture at a time, which bounds the memory; without a decoder the latents are pictures.</summary>
internal sealed class LatentDecoder(Graph? graph, VaePart vae) : IDisposable
{
    private const int Colours = 3;

    /// <summary>Pictures of shape (count, height, width, 3), 0..1.</summary>
    public float[] Decode(ReadOnlySpan<float> latents, LatentShape shape)
    {
        var (height, width) = (shape.Height * vae.Factor, shape.Width * vae.Factor);
        var one = height * width * Colours;
        var pictures = new float[shape.Count * one];
        if (graph is null)
        {
            for (var i = 0; i < shape.Count; i++)
            {
                Interleave(latents.Slice(i * shape.One, shape.One), shape.Channels, pictures.AsSpan(i * one, one));
            }

            return pictures;
        }

        using var input = GraphTensor.Rent<float>(1, shape.Channels, shape.Height, shape.Width);
        using var output = GraphTensor.Rent<float>(1, Colours, height, width);
        for (var i = 0; i < shape.Count; i++)
        {
            TensorPrimitives.Divide(latents.Slice(i * shape.One, shape.One), vae.ScalingFactor, input.Values);
            TensorPrimitives.Add(input.Values, vae.Shift, input.Values);
            graph.Run([("latent_sample", input)], [("sample", output)]);
            Interleave(output.Values, Colours, pictures.AsSpan(i * one, one));
        }

        return pictures;
    }

    public void Dispose() => graph?.Dispose();

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

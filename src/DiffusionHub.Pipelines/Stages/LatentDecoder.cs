using System.Numerics.Tensors;
using DiffusionHub.Inference;
using DiffusionHub.Pipelines.Parts;

namespace DiffusionHub.Pipelines.Stages;

/// <summary>Stage: latents to pictures through a VAE's decoder, one picture at a time, which bounds the memory.</summary>
internal sealed class LatentDecoder(Graph graph, VaePart vae) : IDisposable
{
    private delegate void Take(ReadOnlySpan<float> planes, Span<float> picture);

    /// <summary>Pictures of shape (count, height, width, 3), 0..1.</summary>
    public float[] Decode(ReadOnlySpan<float> latents, LatentShape shape)
    {
        var pictures = new float[shape.Count * shape.Height * shape.Width * vae.Factor * vae.Factor * 3];
        Run(latents, shape, pictures, Interleave);
        return pictures;
    }

    /// <summary>Pictures as planes (count, 3, height, width), as the decoder gives them: about −1..1.</summary>
    public void Planes(ReadOnlySpan<float> latents, LatentShape shape, Span<float> pictures) => Run(latents, shape, pictures, (planes, picture) => planes.CopyTo(picture));

    public void Dispose() => graph.Dispose();

    private void Run(ReadOnlySpan<float> latents, LatentShape shape, Span<float> pictures, Take take)
    {
        var (height, width) = (shape.Height * vae.Factor, shape.Width * vae.Factor);
        using var input = GraphTensor.Rent<float>(1, shape.Channels, shape.Height, shape.Width);
        using var output = GraphTensor.Rent<float>(1, 3, height, width);
        for (var i = 0; i < shape.Count; i++)
        {
            TensorPrimitives.Divide(latents.Slice(i * shape.One, shape.One), vae.ScalingFactor, input.Values);
            TensorPrimitives.Add(input.Values, vae.Shift, input.Values);
            graph.Run([("latent_sample", input)], [("sample", output)]);
            take(output.Values, pictures.Slice(i * output.Values.Length, output.Values.Length));
        }
    }

    // (3, h·w) in −1..1 to (h·w, 3) in 0..1.
    private static void Interleave(ReadOnlySpan<float> planes, Span<float> pixels)
    {
        var plane = planes.Length / 3;
        for (var i = 0; i < plane; i++)
        {
            for (var channel = 0; channel < 3; channel++)
            {
                pixels[(3 * i) + channel] = Math.Clamp((planes[(channel * plane) + i] / 2) + 0.5f, 0, 1);
            }
        }
    }
}

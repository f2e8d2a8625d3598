using System.Numerics.Tensors;
using DiffusionHub.Inference;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Sampling.Noise;

namespace DiffusionHub.Pipelines.Stages;

/// <summary>Stage: a picture to latents through a VAE's encoder.</summary>
internal sealed class LatentEncoder(Graph graph, VaePart vae) : IDisposable
{
    private const string Parameters = "latent_parameters";

    // Beyond these the variance is no longer a float's (Rombach et al. 2022, the published code).
    private const float LowestLogVariance = -30;
    private const float HighestLogVariance = 20;

    /// <summary>Latents of one picture for each of a batch, each a sample of its own: shape of <paramref name="shape"/>, scaled for the UNet.</summary>
    /// <param name="planes">The picture, (3, height, width), −1..1.</param>
    /// <param name="shape">Shape of the latents.</param>
    /// <param name="noise">Draws the samples; not asked where the encoder gives latents, not a distribution.</param>
    public float[] Encode(float[] planes, LatentShape shape, GeneratorNoise noise)
    {
        using var input = GraphTensor.Rent<float>(1, 3, shape.Height * vae.Factor, shape.Width * vae.Factor);
        planes.CopyTo(input.Values);
        var latents = new float[shape.Length];
        if (graph.Outputs.ContainsKey(Parameters))
        {
            using var parameters = GraphTensor.Rent<float>(1, 2 * shape.Channels, shape.Height, shape.Width);
            graph.Run([("sample", input)], [(Parameters, parameters)]);
            Sample(parameters.Values, shape, noise, latents);
        }
        else
        {
            // Some autoencoders have no distribution, and some exporters draw from it in the graph: either way these are latents.
            using var result = GraphTensor.Rent<float>(1, shape.Channels, shape.Height, shape.Width);
            graph.Run([("sample", input)], [(graph.Outputs.Keys.Single(), result)]);
            for (var i = 0; i < shape.Count; i++)
            {
                result.Values.CopyTo(latents.AsSpan(i * shape.One));
            }
        }

        TensorPrimitives.Subtract(latents, vae.Shift, latents);
        TensorPrimitives.Multiply(latents, vae.ScalingFactor, latents);
        return latents;
    }

    public void Dispose() => graph.Dispose();

    private static void Sample(ReadOnlySpan<float> parameters, LatentShape shape, GeneratorNoise noise, Span<float> latents)
    {
        noise.Fill(latents);
        for (var i = 0; i < shape.One; i++)
        {
            var deviation = MathF.Exp(0.5f * Math.Clamp(parameters[shape.One + i], LowestLogVariance, HighestLogVariance));
            for (var picture = 0; picture < shape.Count; picture++)
            {
                ref var latent = ref latents[(picture * shape.One) + i];
                latent = parameters[i] + (deviation * latent);
            }
        }
    }
}

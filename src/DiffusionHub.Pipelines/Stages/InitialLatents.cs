using System.Numerics.Tensors;
using DiffusionHub.Sampling.Noise;

namespace DiffusionHub.Pipelines.Stages;

/// <summary>What the noise is made from.</summary>
/// <param name="Seed">Seed of the first picture.</param>
/// <param name="Noise"><c>cpu</c> or <c>nv</c>.</param>
/// <param name="Shape">Shape of the batch.</param>
/// <param name="Scale">Factor that the sampling plan asks for.</param>
internal sealed record NoiseInput(long Seed, string Noise, LatentShape Shape, float Scale);

/// <summary>Stage: the first state of a batch. Each picture has a generator of its own, so picture i is the same alone or in a batch.</summary>
internal static class InitialLatents
{
    public static float[] Draw(NoiseInput input)
    {
        var latents = new float[input.Shape.Length];
        for (var i = 0; i < input.Shape.Count; i++)
        {
            Generator(input.Noise, input.Seed + i).Normal(latents.AsSpan(i * input.Shape.One, input.Shape.One));
        }

        if (input.Scale != 1)
        {
            TensorPrimitives.Multiply(latents, input.Scale, latents);
        }

        return latents;
    }

    private static INoiseSource Generator(string noise, long seed) => noise switch
    {
        "cpu" => new TorchCpuNoise(seed),
        "nv" => new PhiloxNoise(seed),
        _ => throw new ArgumentException($"There is no noise {noise}.", nameof(noise)),
    };
}

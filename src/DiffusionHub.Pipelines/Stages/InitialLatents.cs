using System.Numerics.Tensors;
using DiffusionHub.Sampling.Noise;

namespace DiffusionHub.Pipelines.Stages;

/// <summary>Stage: the first state of a batch.</summary>
internal static class InitialLatents
{
    /// <summary>Standard normal noise times <paramref name="scale"/>, which the sampling plan asks for.</summary>
    public static float[] Draw(GeneratorNoise noise, LatentShape shape, double scale)
    {
        var latents = new float[shape.Length];
        noise.Fill(latents);
        if (scale != 1)
        {
            TensorPrimitives.Multiply(latents, (float)scale, latents);
        }

        return latents;
    }
}

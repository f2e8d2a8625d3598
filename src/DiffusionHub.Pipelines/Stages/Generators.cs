using DiffusionHub.Sampling.Noise;

namespace DiffusionHub.Pipelines.Stages;

/// <summary>A request's random number generators: one for each picture, of seed + i, so picture i is the same alone or in a batch.</summary>
internal static class Generators
{
    public static GeneratorNoise Of(PictureRequest request) =>
        new([.. Enumerable.Range(0, request.Count).Select(i => Create(request.Noise, request.Seed + i))]);

    private static INoiseSource Create(string noise, long seed) => noise switch
    {
        "cpu" => new TorchCpuNoise(seed),
        "nv" => new PhiloxNoise(seed),
        _ => throw new ArgumentException($"There is no noise {noise}.", nameof(noise)),
    };
}

namespace DiffusionHub.Pipelines.Tests;

/// <summary>sprout, loaded once for all tests that run it.</summary>
public sealed class SproutFixture : IDisposable
{
    public IPipeline Pipeline { get; } = KnownFamilies.Load(TestFiles.Sprout);

    public void Dispose() => Pipeline.Dispose();

    public static PictureRequest Request(string prompt = "red apple, flat style", int steps = 2, long seed = 7, int count = 1, double guidance = 1, string sampler = "DDIM") =>
        new() { Prompt = prompt, Steps = steps, Seed = seed, Count = count, Guidance = guidance, Width = 128, Height = 128, Sampler = sampler };
}

[CollectionDefinition(nameof(SproutFixture))]
public sealed class SproutGroup : ICollectionFixture<SproutFixture>;

using DiffusionHub.Pipelines.Guides;
using DiffusionHub.Sampling.Noise;

namespace DiffusionHub.Pipelines.Tests.Guides;

/// <summary>Real networks: sprout, led by a classifier of colours that was trained on blobs.</summary>
[Collection(nameof(SproutFixture))]
public sealed class SproutGuidanceTests(SproutFixture sprout)
{
    private static readonly GuideChoice Green = new(Repository.At("tests", "Shared", "models", "colours")) { Target = "green", Scale = 30 };

    [Fact]
    public void A_guided_picture_is_liked_better_by_its_guide()
    {
        var request = SproutFixture.Request(prompt: "apple, fluent style", seed: 7) with { Steps = 8, Guidance = 1 };
        var (plain, led) = (Loss(sprout.Pipeline.Run(request)), Loss(sprout.Pipeline.Run(request with { Guide = Green })));
        led.ShouldBeLessThan(plain / 2);
    }

    [Fact]
    public void Rounds_better_the_first_latents()
    {
        var request = SproutFixture.Request(prompt: "apple, fluent style", seed: 7) with { Steps = 4, Guidance = 1, Sampler = "DDIM" };
        var guide = Green with { Rounds = 1, Scale = 1 };
        var (first, last) = (Loss(sprout.Pipeline.Run(request with { Guide = guide })), Loss(sprout.Pipeline.Run(request with { Guide = guide with { Rounds = 8 } })));
        last.ShouldBeLessThan(first);
    }

    // Minus the logarithm of the probability of green.
    private static double Loss(PictureBatch batch)
    {
        var plane = batch.Width * batch.Height;
        var planes = new float[3 * plane];
        for (var i = 0; i < planes.Length; i++)
        {
            planes[i] = (batch.Values[(i % plane * 3) + (i / plane)] * 2) - 1;
        }

        using var loss = PictureLosses.Load(Green, "");
        return loss.Evaluate(planes, 1, batch.Height, batch.Width, new float[planes.Length], new GeneratorNoise(new TorchCpuNoise(1)));
    }
}

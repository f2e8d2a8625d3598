namespace DiffusionHub.Pipelines.Tests.Sharing;

/// <summary>Several requests on one model at the same time.</summary>
[Collection(nameof(SproutFixture))]
public sealed class SharedRunTests(SproutFixture sprout)
{
    [Fact]
    public async Task Pictures_made_together_are_those_made_alone()
    {
        // Other prompts, seeds, steps, samplers and guidance: they meet at calls of different noise levels and of one or two passes.
        PictureRequest[] requests =
        [
            SproutFixture.Request("red apple, fluent style", steps: 1), SproutFixture.Request("green tree", steps: 4, seed: 3),
            SproutFixture.Request("blue fish", steps: 3, sampler: "Euler a", guidance: 2.5), SproutFixture.Request("yellow sun", steps: 2, sampler: "DPM++ 2M", count: 2),
        ];
        requests.Select(sprout.Pipeline.ShareKey).Distinct().ShouldHaveSingleItem().ShouldNotBeNull();
        var alone = requests.Select(request => sprout.Pipeline.Run(request).Values).ToList();
        var together = await Together.RunAsync(requests, request => sprout.Pipeline.Run(request).Values);
        for (var i = 0; i < requests.Length; i++)
        {
            TestFiles.Error(together[i], alone[i]).ShouldBeLessThan(1e-4, $"request {i}");
        }
    }

    [Fact]
    public async Task Cancelled_run_leaves_its_mates_alone()
    {
        using var source = new CancellationTokenSource();
        var request = SproutFixture.Request(steps: 6);
        var alone = sprout.Pipeline.Run(request).Values;
        var ends = await Together.RunAsync<object>(
            [true, false],
            cancelled =>
            {
                try
                {
                    return sprout.Pipeline.Run(request, cancelled ? (in StepProgress step) => CancelAt(step.Step) : null, cancelled ? source.Token : default).Values;
                }
                catch (OperationCanceledException e)
                {
                    return e.CancellationToken;
                }
            });
        ends[0].ShouldBe(source.Token);
        TestFiles.Error((float[])ends[1], alone).ShouldBeLessThan(1e-4);

        void CancelAt(int step)
        {
            if (step == 2)
            {
                source.Cancel();
            }
        }
    }

    [Fact]
    public void What_needs_the_model_for_itself_has_no_key_and_other_networks_or_sizes_have_other_keys()
    {
        var request = SproutFixture.Request();
        var picture = new Imaging.RgbImage(1, 1, [1, 2, 3]);
        Key(request with { Inversion = new InversionChoice("a dog"), Init = picture }).ShouldBeNull();
        Key(request with { Guide = new GuideChoice("/models/clip") }).ShouldBeNull();
        Key(request with { Control = new ControlChoice(picture) }).ShouldBeNull();
        Key(request with { Refiner = new RefinerChoice("/models/polish", 0.8) }).ShouldBeNull();
        Key(request with { Prompt = "other", Seed = 99, Steps = 7, Guidance = 3, Sampler = "Euler", Init = picture }).ShouldBe(Key(request));
        Key(request with { Width = 192 }).ShouldNotBe(Key(request));
        Key(request with { Vae = "/models/dew" }).ShouldNotBe(Key(request));
        Key(request with { Adapters = [new AdapterChoice("/models/moss.safetensors", 1)] }).ShouldNotBe(Key(request));

        string? Key(PictureRequest of) => sprout.Pipeline.ShareKey(of);
    }
}

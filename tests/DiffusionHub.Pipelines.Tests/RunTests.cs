using DiffusionHub.Imaging;
using DiffusionHub.Imaging.Metadata;

namespace DiffusionHub.Pipelines.Tests;

[Collection(nameof(SproutFixture))]
public sealed class RunTests(SproutFixture sprout)
{
    [Theory]
    [InlineData("DDIM", 1)]
    [InlineData("DDIM", 2.5)]
    [InlineData("Euler", 2.5)]
    public void The_same_request_gives_the_same_bytes(string sampler, double guidance)
    {
        var request = SproutFixture.Request(guidance: guidance, sampler: sampler);
        var first = Png(request);
        Png(SproutFixture.Request("something else", seed: 99));
        Png(request).ShouldBe(first);
    }

    [Fact]
    public void A_picture_of_a_batch_is_the_picture_of_its_seed()
    {
        var batch = sprout.Pipeline.Run(SproutFixture.Request(count: 3));
        var alone = sprout.Pipeline.Run(SproutFixture.Request(seed: 9));
        TestFiles.Error(batch.Values.AsSpan(2 * alone.Values.Length), alone.Values).ShouldBeLessThan(1e-4);
        batch.Image(0).Pixels.ShouldNotBe(batch.Image(1).Pixels);
    }

    [Theory]
    [InlineData("nv")]
    [InlineData("cpu")]
    public void Noise_and_sampler_are_heeded(string noise)
    {
        var one = Png(SproutFixture.Request() with { Noise = noise });
        Png(SproutFixture.Request() with { Noise = noise == "nv" ? "cpu" : "nv" }).ShouldNotBe(one);
        Png(SproutFixture.Request(sampler: "Euler") with { Noise = noise }).ShouldNotBe(one);
    }

    [Fact]
    public void The_negative_prompt_counts_only_with_guidance()
    {
        var request = SproutFixture.Request();
        Png(request with { NegativePrompt = "red" }, request).ShouldBe(Png(request));
        var guided = SproutFixture.Request(guidance: 2);
        Png(guided with { NegativePrompt = "red" }, guided).ShouldNotBe(Png(guided));
    }

    [Fact]
    public void Each_step_is_reported_and_the_last_preview_resembles_the_picture()
    {
        var steps = new List<(int, int)>();
        RgbImage? preview = null;
        var batch = sprout.Pipeline.Run(SproutFixture.Request("red apple, fluent style", steps: 3), (in StepProgress progress) =>
        {
            steps.Add((progress.Step, progress.Steps));
            preview = progress.Preview(0);
            progress.Shape.ShouldBe(new LatentShape(1, 8, 16, 16));
        });
        steps.ShouldBe([(1, 3), (2, 3), (3, 3)]);
        (preview!.Width, preview.Height).ShouldBe((16, 16));
        MeanDifference(preview, batch.Image(0)).ShouldBeLessThan(30);
    }

    // Of each preview pixel from the middle of what it stands for.
    private static double MeanDifference(RgbImage small, RgbImage large)
    {
        var factor = large.Width / small.Width;
        return Enumerable.Range(0, small.Pixels.Length).Average(i =>
        {
            var (x, y) = (i / 3 % small.Width * factor, i / 3 / small.Width * factor);
            var middle = ((((y + (factor / 2)) * large.Width) + x + (factor / 2)) * 3) + (i % 3);
            return Math.Abs(small.Pixels[i] - large.Pixels[middle]);
        });
    }

    [Fact]
    public void Cancelling_ends_the_run_before_the_next_step()
    {
        using var source = new CancellationTokenSource();
        var done = 0;
        Should.Throw<OperationCanceledException>(() => sprout.Pipeline.Run(
            SproutFixture.Request(steps: 10),
            (in StepProgress progress) =>
            {
                done = progress.Step;
                source.Cancel();
            },
            source.Token));
        done.ShouldBe(1);
        sprout.Pipeline.Run(SproutFixture.Request(steps: 1)).Count.ShouldBe(1);
    }

    [Fact]
    public void A_png_says_how_it_was_made()
    {
        var request = SproutFixture.Request("a, b", count: 2, guidance: 2.5) with { NegativePrompt = "blurry" };
        var png = PictureFile.Png(sprout.Pipeline.Run(request), 1, request, sprout.Pipeline.Description);
        PngText.Read(png, PngText.Parameters).ShouldBe(
            $"a, b\nNegative prompt: blurry\nSteps: 2, Sampler: DDIM, Schedule type: Automatic, CFG scale: 2.5, Seed: 8, Size: 128x128, Model hash: {sprout.Pipeline.Description.Hash[..10]}, Model: sprout, Version: DiffusionHub 0.1");
    }

    [Fact]
    public void A_png_says_its_schedule_eta_and_rescale()
    {
        var request = SproutFixture.Request(guidance: 2.5, sampler: "Euler") with { Schedule = "Karras", Eta = 0.5, GuidanceRescale = 0.7 };
        PictureFile.Parameters(request, 0, sprout.Pipeline.Description).ToString().ShouldEndWith(
            $"Sampler: Euler, Schedule type: Karras, CFG scale: 2.5, Seed: 7, Size: 128x128, Model hash: {sprout.Pipeline.Description.Hash[..10]}, Model: sprout, Eta DDIM: 0.5, CFG rescale: 0.7, Version: DiffusionHub 0.1");
    }

    [Fact]
    public void A_png_says_what_it_began_with_and_which_networks_took_part()
    {
        var request = SproutFixture.Request() with
        {
            Init = new RgbImage(1, 1, [1, 2, 3]), Strength = 0.55, ClipSkip = 1, Vae = "/models/dew/", Refiner = new RefinerChoice("/models/polish.safetensors", 0.8),
            Adapters = [new AdapterChoice("/models/moss v1.5.safetensors", -0.5), new AdapterChoice("/models/x/adapter.safetensors", 1) { Name = "fern" }],
            Control = new ControlChoice(new RgbImage(1, 1, [1, 2, 3])) { Path = "/models/edges", Scale = 0.7, End = 0.9 },
        };
        var text = PictureFile.Parameters(request, 0, sprout.Pipeline.Description).ToString();
        text.ShouldEndWith(
            "Model: sprout, VAE: dew, Denoising strength: 0.55, Clip skip: 2, Loras: \"moss v1.5: -0.5, fern: 1\", "
            + "ControlNet 0: \"Model: edges, Weight: 0.7, Guidance Start: 0, Guidance End: 0.9\", Refiner: polish, Refiner switch at: 0.8, Version: DiffusionHub 0.1");
        Infotext.Parse(text)["Loras"].ShouldBe("moss v1.5: -0.5, fern: 1");
    }

    [Fact]
    public void A_png_says_that_it_was_edited_or_led()
    {
        var model = sprout.Pipeline.Description;
        var edited = Text(SproutFixture.Request(sampler: "Euler") with { Schedule = "Karras", Init = new RgbImage(1, 1, [1, 2, 3]), Inversion = new InversionChoice("a dog") });
        edited.ShouldContain("Sampler: EDICT, Schedule type: Automatic");
        Infotext.Parse(edited)["Inversion"].ShouldBe("Caption: a dog, Mix: 0.93");

        var led = Text(SproutFixture.Request(sampler: "Euler") with { Guide = new GuideChoice("/models/clip") { Target = "a fox", Scale = 2 } });
        led.ShouldContain("Sampler: Euler");
        Infotext.Parse(led)["Guide"].ShouldBe("clip, Target: a fox, Scale: 2");
        Infotext.Parse(Text(SproutFixture.Request() with { Guide = new GuideChoice("/models/score") { Rounds = 5 } }))["Guide"].ShouldBe("score, Scale: 1, Rounds: 5");

        string Text(PictureRequest request) => PictureFile.Parameters(request, 0, model).ToString();
    }

    [Fact]
    public void Schedule_eta_and_rescale_are_heeded()
    {
        var euler = SproutFixture.Request(guidance: 2.5, sampler: "Euler", steps: 4);
        Png(euler with { Schedule = "Karras" }, euler).ShouldNotBe(Png(euler));
        Png(euler with { GuidanceRescale = 0.7 }, euler).ShouldNotBe(Png(euler));
        var ddim = SproutFixture.Request(steps: 4);
        Png(ddim with { Eta = 1 }, ddim).ShouldNotBe(Png(ddim));
        // Without guidance there is nothing to rescale.
        Png(ddim with { GuidanceRescale = 0.7 }, ddim).ShouldBe(Png(ddim));
    }

    [Fact]
    public void Every_sampler_of_the_model_makes_a_picture_with_the_schedule_that_it_takes()
    {
        var model = sprout.Pipeline.Description;
        model.SamplersWithSchedules.ShouldBeSubsetOf(model.Samplers);
        foreach (var sampler in model.Samplers)
        {
            Run(SproutFixture.Request(steps: 1, sampler: sampler));
            if (model.SamplersWithSchedules.Contains(sampler))
            {
                Run(SproutFixture.Request(steps: 3, sampler: sampler) with { Schedule = "Karras" });
            }
        }

        void Run(PictureRequest request) =>
            sprout.Pipeline.Run(request).Image(0).Pixels.Distinct().Count().ShouldBeGreaterThan(8, $"{request.Sampler}, {request.Schedule}, {request.Steps} steps");
    }

    [Fact]
    public void Latents_are_written_as_numpy_reads_them()
    {
        var bytes = NumpyFile.Bytes([1, 2.5f, -3, 4, 5, 6], 1, 2, 3);
        TestFiles.Npy(bytes).ShouldBe([1, 2.5f, -3, 4, 5, 6]);
        System.Text.Encoding.ASCII.GetString(bytes, 10, 118).ShouldBe("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 3, ), }".PadRight(117) + "\n");
    }

    private byte[] Png(PictureRequest request, PictureRequest? label = null) =>
        PictureFile.Png(sprout.Pipeline.Run(request), 0, label ?? request, sprout.Pipeline.Description);
}

using DiffusionHub.Pipelines.Guides;
using DiffusionHub.Pipelines.Inversion;
using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Tests.Guides;
using DiffusionHub.Sampling.Inversion;
using DiffusionHub.Sampling.Noise;

namespace DiffusionHub.Pipelines.Tests.Inversion;

/// <summary>DOODL on models, with losses that need no network.</summary>
public sealed class OptimizationTests
{
    [Theory]
    [InlineData("sd15", 1, 0.005, 1e-3)]
    [InlineData("sd15", 3, 0.005, 1e-3)]
    // Distilled to one step, sprout's way is much more bent than that of random weights: the differences must be small, and float32 is heard in them.
    [InlineData("sprout", 3, 0.0007, 1e-2)]
    [InlineData("sdxl-base", 3, 0.005, 1e-3)]
    public void The_slope_through_the_whole_way_is_what_central_differences_say(string name, double guidance, double small, double limit)
    {
        using var pipeline = (LatentPipeline)TestModels.Load(name == "sprout" ? TestFiles.Sprout.Path : name);
        var model = pipeline.Coupled;
        var request = TestModels.Request(guidance: guidance) with { Count = 2, Guide = new GuideChoice("none") { Rounds = 1, Scale = 2 } };
        var shape = model.Shape(request);
        var conditioning = model.Encode(request, request.Prompt);
        var steps = model.Steps(new InversionSettings(2, 1, guidance, 0.93));
        using var unet = model.Noise(request, conditioning, shape);
        using var loss = new Waves();
        using var slopes = new Slopes(model, request, conditioning, shape, loss);
        var latents = InversionTests.Normal(shape.Length);
        var noise = new GeneratorNoise(new TorchCpuNoise(1));

        var pair = LatentPair.Twice(latents);
        steps.Generate(pair, unet);
        var slope = slopes.OfPictures(pair, noise).Slope;
        steps.Pull(pair, slope, slopes.Unet);
        InversionTests.Error(pair.First, latents).ShouldBeLessThan(1e-4);

        // Along the slope itself, where the differences are largest, of both of the pair.
        var length = Math.Sqrt(slope.First.Concat(slope.Second).Sum(value => value * value));
        // The difference of fourth order.
        var expected = ((8 * (Loss(small) - Loss(-small))) - (Loss(2 * small) - Loss(-2 * small))) / (12 * small);
        length.ShouldBeGreaterThan(1e-3);
        (2 * expected / length).ShouldBe(1, limit);

        double Loss(double along)
        {
            var moved = new LatentPair(
                [.. latents.Zip(slope.First, (x, s) => x + (along * s / length))],
                [.. latents.Zip(slope.Second, (x, s) => x + (along * s / length))]);
            steps.Generate(moved, unet);
            return slopes.OfPictures(moved, noise).Loss;
        }
    }

    [Fact]
    public void The_loss_falls_and_every_step_is_told()
    {
        using var pipeline = (LatentPipeline)TestModels.Load(TestFiles.Sprout.Path);
        var request = SproutFixture.Request("red apple, flat style", steps: 4, guidance: 2) with { Guide = new GuideChoice("none") { Rounds = 4, Scale = 1000 } };
        using var loss = new Darkness();
        List<double> losses = [];
        List<int> told = [];
        var optimization = new LatentOptimization(pipeline.Coupled, request, loss) { AfterRound = (_, value) => losses.Add(value) };
        var batch = optimization.Run((_, _) => throw new InvalidOperationException("Nobody looked."), (in StepProgress step) => told.Add(step.Step), TestContext.Current.CancellationToken);
        losses.Count.ShouldBe(4);
        losses.ShouldBe(losses.OrderDescending());
        losses[3].ShouldBeLessThan(losses[0]);
        batch.Image(0).Width.ShouldBe(128);
        told.ShouldBe(Enumerable.Range(1, 4 * 9));
    }

    [Fact]
    public void A_guides_rounds_are_walked_and_change_the_picture()
    {
        using var guides = new TestGuides();
        using var pipeline = TestModels.Load("sd15");
        var request = TestModels.Request() with { Guide = new GuideChoice(guides.Vit()) { Target = "fox", Rounds = 2, Scale = 100 } };
        List<(int, int)> told = [];
        var guided = pipeline.Run(request, (in StepProgress step) => told.Add((step.Step, step.Steps)), TestContext.Current.CancellationToken);
        told.ShouldBe(Enumerable.Range(1, 10).Select(step => (step, 10)));
        var other = pipeline.Run(request with { Guide = request.Guide with { Target = "dog" } }, cancellation: TestContext.Current.CancellationToken);
        TestFiles.Error(guided.Values, other.Values).ShouldBeGreaterThan(1e-4);
        var noisy = Should.Throw<UnfitRequestException>(() => pipeline.Run(request with { Guide = request.Guide with { Path = guides.Noisy(4), Target = "1" } }, cancellation: TestContext.Current.CancellationToken));
        noisy.Message.ShouldContain("no rounds");
    }

    [Fact]
    public void Between_the_pictures_of_a_round_it_hears_that_it_is_no_more_wanted()
    {
        using var pipeline = (LatentPipeline)TestModels.Load("sd15");
        using var stop = new CancellationTokenSource();
        using var loss = new Stopper(stop);
        var optimization = new LatentOptimization(pipeline.Coupled, TestModels.Request() with { Guide = new GuideChoice("none") { Rounds = 1 } }, loss);
        Should.Throw<OperationCanceledException>(() => optimization.Run((_, _) => throw new InvalidOperationException("Nobody looked."), null, stop.Token));
        loss.Seen.ShouldBe(1);
    }

    private sealed class Stopper(CancellationTokenSource stop) : IPictureLoss
    {
        public int Seen { get; private set; }

        public double Evaluate(ReadOnlySpan<float> pictures, int count, int height, int width, Span<float> gradient, GeneratorNoise noise)
        {
            stop.Cancel();
            Seen++;
            gradient.Clear();
            return 0;
        }

        public void Dispose()
        {
        }
    }

    // Σ sin(k·v) over all pixels, each with another k, over their number.
    private sealed class Waves : IPictureLoss
    {
        public double Evaluate(ReadOnlySpan<float> pictures, int count, int height, int width, Span<float> gradient, GeneratorNoise noise)
        {
            double sum = 0;
            for (var i = 0; i < pictures.Length; i++)
            {
                var k = 1 + (i % 7 * 0.1);
                sum += Math.Sin(k * pictures[i]) / pictures.Length;
                gradient[i] = (float)(k * Math.Cos(k * pictures[i]) / pictures.Length);
            }

            return sum;
        }

        public void Dispose()
        {
        }
    }

    // The mean of all values.
    private sealed class Darkness : IPictureLoss
    {
        public double Evaluate(ReadOnlySpan<float> pictures, int count, int height, int width, Span<float> gradient, GeneratorNoise noise)
        {
            gradient.Fill(1f / pictures.Length);
            double sum = 0;
            foreach (var value in pictures)
            {
                sum += value;
            }

            return sum / pictures.Length;
        }

        public void Dispose()
        {
        }
    }
}

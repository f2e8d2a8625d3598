using DiffusionHub.Pipelines.Guides;
using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Guidance;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Pipelines.Tests.Guides;

/// <summary>Runs that a guide leads in each step.</summary>
public sealed class StepGuidanceTests : IDisposable
{
    private readonly TestGuides guides = new();

    public void Dispose() => guides.Dispose();

    // The change of the estimate is −(σ²/α)·scale·∇loss(decode(estimate(x))), through decoder, UNet, both prompts and whatever the sampler's form is.
    [Theory]
    [InlineData("Euler", 1)]
    [InlineData("Euler", 3)]
    [InlineData("DDIM", 3)]
    public void The_estimate_moves_against_the_slope_of_the_loss_through_the_whole_model(string sampler, double guidance)
    {
        using var pipeline = (LatentPipeline)TestModels.Load("sd15");
        var model = pipeline.Coupled;
        var choice = new GuideChoice(guides.Vit()) { Target = "fox", Scale = 2 };
        var request = TestModels.Request(steps: 4, guidance: guidance) with { Sampler = sampler, Guide = choice };
        var conditioning = model.Encode(request, request.Prompt);
        var recipe = model.Parts.Process.Recipe(request);
        var (shape, plan) = (model.Shape(request), recipe.Schedule.Plan(4));
        var walk = new LatentWalk(request, recipe, plan, shape, []);
        using var lead = LatentGuidance.Begin(choice, model.Parts, model.Graphs, walk, conditioning);
        using var unet = new UnetPredictor(model.Graphs.Unet(new([], Controlled: false)), shape, conditioning, null, null, null);
        var alone = guidance > 1 ? new ClassifierFreeGuidance(new BatchOfTwo(unet), new ConstantScale(guidance)).Denoiser(recipe.Denoiser) : recipe.Denoiser(unet);
        var level = plan.Steps[1].From;
        float[] x = [.. Enumerable.Range(0, shape.Length).Select(i => (float)(level.Norm * Math.Sin((i * 1.7) + (i * i * 0.01))))];
        using var loss = PictureLosses.Load(choice, "");
        var decoder = model.Graphs.Decoder(null);

        var (plain, guided) = (Estimate(alone, x), Estimate(lead.Lead(alone), x));
        var factor = -choice.Scale * level.Sigma * level.Sigma / level.Alpha;
        double[] gradient = [.. guided.Zip(plain, (g, p) => (g - p) / factor)];
        var length = Math.Sqrt(gradient.Sum(g => g * g));
        var step = 0.01 * level.Norm;
        var measured = ((8 * (Along(step) - Along(-step))) - Along(2 * step) + Along(-2 * step)) / (12 * step);
        length.ShouldBeGreaterThan(1e-4);
        (measured / length).ShouldBe(1, 2e-3);

        double Along(double by)
        {
            var estimate = Estimate(alone, [.. x.Zip(gradient, (v, g) => (float)(v + (by * g / length)))]);
            var pictures = new float[3 * 64 * 64];
            decoder.Planes(estimate, shape, pictures);
            return loss.Evaluate(pictures, 1, 64, 64, new float[pictures.Length], new GeneratorNoise(new TorchCpuNoise(1)));
        }

        float[] Estimate(IDenoiser denoiser, float[] state)
        {
            var x0 = new float[state.Length];
            denoiser.Denoise(state, level, x0);
            return x0;
        }
    }

    [Theory]
    [InlineData("vit", "dog", "Euler", 1, 40, 2)]
    [InlineData("vit", "2", "DPM++ 2M", 3, 40, 1)]
    [InlineData("clip", null, "Euler a", 1, 40, 1)]
    [InlineData("aesthetic", null, "DDIM", 1, 2, 1)]
    [InlineData("resnet", "tabby", "Euler", 1, 40, 1)]
    public void A_guided_run_ends_where_the_guide_likes_it_better(string kind, string? target, string sampler, double guidance, double scale, int count)
    {
        using var pipeline = TestModels.Load("sd15");
        var choice = new GuideChoice(guides.New(kind)) { Target = target, Scale = scale };
        var request = TestModels.Request(steps: 3, guidance: guidance) with { Sampler = sampler, Count = count };
        var (plain, guided, back) = (Loss(request), Loss(request with { Guide = choice }), Loss(request with { Guide = choice with { Scale = -scale } }));
        guided.ShouldBeLessThan(plain);
        back.ShouldBeGreaterThan(plain);
        Loss(request with { Guide = choice }).ShouldBe(guided);
        Loss(request with { Guide = choice with { Scale = 0 } }).ShouldBe(plain, 1e-6);

        double Loss(PictureRequest asked)
        {
            var batch = pipeline.Run(asked);
            using var loss = PictureLosses.Load(choice, request.Prompt, cutouts: 1);
            float[] planes = [.. Enumerable.Range(0, batch.Count).SelectMany(i => PicturePlanes.Signed(batch.Image(i)))];
            return loss.Evaluate(planes, batch.Count, 64, 64, new float[planes.Length], new GeneratorNoise(new TorchCpuNoise(1)));
        }
    }

    [Theory]
    [InlineData("Euler", 1)]
    [InlineData("DDIM", 3)]
    public void A_noise_aware_classifier_leads_the_latents(string sampler, double guidance)
    {
        using var pipeline = TestModels.Load("sd15");
        var choice = new GuideChoice(guides.Noisy(4)) { Target = "1", Scale = 1000 };
        var request = TestModels.Request(steps: 6, guidance: guidance) with { Sampler = sampler };
        Likelihood(request with { Guide = choice }).ShouldBeGreaterThan(Likelihood(request) + 1e-3f);

        double Likelihood(PictureRequest asked)
        {
            float[] last = [];
            pipeline.Run(asked, (in StepProgress progress) => last = progress.Latents.ToArray());
            using var classifier = new NoisyClassifier(GuideFolder.Read(choice.Path).Load(), new LatentShape(1, 4, 8, 8), [0, 1, 0]);
            return classifier.LogLikelihood(last, 0)[0];
        }
    }

    [Fact]
    public void Guides_go_with_adapters_other_decoders_pictures_and_masks()
    {
        using var pipeline = TestModels.Load("sd15");
        var picture = TestModels.Picture("sd15-img2img", "init.png");
        var request = TestModels.Request() with { Guide = new GuideChoice(guides.Vit()) { Target = "0", Scale = 30 } };
        foreach (var one in new[]
        {
            request with { Adapters = [new AdapterChoice(TestModels.Case("lora-kohya", "lora.safetensors"), 0.7)] },
            request with { Vae = TestModels.At("taesd") },
            request with { Init = picture, Strength = 1 },
            request with { Init = picture, Mask = picture, Strength = 1 },
        })
        {
            TestFiles.Error(pipeline.Run(one).Values, pipeline.Run(one with { Guide = null }).Values).ShouldBeGreaterThan(1e-3);
        }
    }

    // Pictures as states: the same decorator, without a decoder.
    [Fact]
    public void Pixel_models_can_be_led_by_what_a_guide_thinks_of_their_estimate()
    {
        var choice = new GuideChoice(guides.Vit()) { Target = "0", Scale = 1 };
        var shape = new LatentShape(1, 3, 16, 16);
        var noise = new GeneratorNoise(new TorchCpuNoise(3));
        static PredictionDenoiser Denoiser(IPredictor predictor) => new(PredictionType.Sample, predictor);
        var likes = PictureLosses.Load(choice, "");
        using var lead = new StepGuidance(new EstimateLikelihood(Denoiser, new Itself(), new EstimatedPictures(likes, shape, noise)), choice.Scale, likes);
        var level = new NoiseLevel(0.8, 0.6, 300);
        float[] x = [.. Enumerable.Range(0, shape.Length).Select(i => (float)Math.Sin(i * 0.7))], x0 = new float[x.Length], gradient = new float[x.Length];
        lead.Lead(Denoiser(new Itself())).Denoise(x, level, x0);

        // The network gives its input back, so the estimate is the state and the gradient the loss's own.
        using var loss = PictureLosses.Load(choice, "");
        loss.Evaluate(x, 1, 16, 16, gradient, noise);
        TestFiles.Error(x0, [.. x.Zip(gradient, (v, g) => v - (float)(0.36 / 0.8 * g))]).ShouldBeLessThan(1e-6);
        gradient.ShouldContain(g => Math.Abs(g) > 1e-3);
    }

    private sealed class Itself : IPredictor, IPredictorGradient
    {
        public void Predict(ReadOnlySpan<float> input, float timestep, Span<float> output) => input.CopyTo(output);

        public void Pull(ReadOnlySpan<float> input, float timestep, ReadOnlySpan<float> cotangent, Span<float> gradient) => cotangent.CopyTo(gradient);
    }
}

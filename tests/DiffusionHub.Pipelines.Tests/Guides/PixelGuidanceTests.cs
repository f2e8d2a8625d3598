using DiffusionHub.Pipelines.Guides;
using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Pipelines.Tests.Wordless;
using DiffusionHub.Sampling.Noise;

namespace DiffusionHub.Pipelines.Tests.Guides;

/// <summary>Guides on models whose states are pictures.</summary>
public sealed class PixelGuidanceTests : IDisposable
{
    private readonly TestGuides guides = new();
    private readonly TestModels models = new();

    public void Dispose()
    {
        guides.Dispose();
        models.Dispose();
    }

    [Fact]
    public void A_classifier_of_pictures_leads_pixels_of_a_class()
    {
        using var pipeline = TestModels.Load(FormulaFolder.Classes(models.New("classes")).Path);
        pipeline.Description.TakesGuides.ShouldBeTrue();
        var choice = new GuideChoice(guides.Vit()) { Target = "fox", Scale = 20 };
        var request = Request() with { ClassLabel = 7 };
        Loss(request with { Guide = choice }).ShouldBeLessThan(Loss(request));

        double Loss(PictureRequest asked)
        {
            var planes = PicturePlanes.Signed(pipeline.Run(asked).Image(0));
            using var loss = PictureLosses.Load(choice, "");
            return loss.Evaluate(planes, 1, 16, 16, new float[planes.Length], new GeneratorNoise(new TorchCpuNoise(1)));
        }
    }

    [Fact]
    public void A_noise_aware_classifier_leads_pixels_also_of_networks_that_learnt_variances()
    {
        using var pipeline = TestModels.Load(new FormulaFolder(models.New("learned"), "DDPMPipeline", (3, 6)).Ddpm("learned_range").Path);
        var request = Request();
        var noisy = new GuideChoice(guides.Noisy(3)) { Target = "1", Scale = 1000 };
        var plain = pipeline.Run(request).Values;
        TestFiles.Error(pipeline.Run(request with { Guide = noisy }).Values, plain).ShouldBeGreaterThan(1e-3);
        pipeline.Run(request with { Guide = noisy with { Scale = 0 } }).Values.ShouldBe(plain);
        Should.Throw<UnfitRequestException>(() => pipeline.Run(request with { Guide = new GuideChoice(guides.Vit()) { Target = "0" } })).Message.ShouldContain("gives 6 channels");
        Should.Throw<UnfitRequestException>(() => pipeline.Run(request with { Guide = new GuideChoice(guides.Noisy(4)) { Target = "0" } })).Message.ShouldContain("states of 4 channels");
    }

    [Fact]
    public void A_model_of_codes_says_that_it_takes_none()
    {
        using var pipeline = TestModels.Load(FormulaFolder.Enlarging(models.New("enlarging")).Path);
        pipeline.Description.TakesGuides.ShouldBeFalse();
    }

    private static PictureRequest Request() => new() { Prompt = "", Seed = 3, Steps = 6, Guidance = 0, Width = 16, Height = 16, Sampler = "DDIM" };
}

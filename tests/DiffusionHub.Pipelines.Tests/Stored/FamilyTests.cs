using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Tests.Stored;

/// <summary>Which family a folder belongs to, and what it says of itself.</summary>
public sealed class FamilyTests : IDisposable
{
    private readonly TestModels models = new();

    public void Dispose() => models.Dispose();

    [Theory]
    [InlineData("sd15", "StableDiffusion", 25, 7.5)]
    [InlineData("sd15-controlnet", "StableDiffusion", 25, 7.5)]
    [InlineData("sd15-lcm", "LatentConsistency", 4, 8.5)]
    [InlineData("sdxl-base", "StableDiffusionXl", 30, 5)]
    public void A_folder_is_of_its_classs_family(string name, string family, int steps, double guidance)
    {
        var model = KnownFamilies.Describe(ModelSource.At(TestModels.At(name)));
        (model.Name, model.Family, model.DefaultSteps, model.DefaultGuidance).ShouldBe((name, family, steps, guidance));
        KnownFamilies.Tasks.Keys.ShouldContain(family);
        (model.TakesAdapters, model.TakesControlNets, model.HasControlNet).ShouldBe((true, true, name == "sd15-controlnet"));
    }

    [Theory]
    [InlineData("sd15", "my-Turbo-model")]
    [InlineData("sdxl-base", "sdxl_turbo")]
    public void Turbo_models_are_known_by_their_name(string name, string called)
    {
        using var turbo = TestModels.Load(models.Copy(name, called));
        turbo.Description.ShouldSatisfyAllConditions(d => d.Family.ShouldBe("Turbo"), d => d.DefaultSteps.ShouldBe(1), d => d.DefaultGuidance.ShouldBe(0));
        // They run as what they were distilled from.
        using var plain = TestModels.Load(name);
        TestFiles.Error(turbo.Run(TestModels.Request()).Values, plain.Run(TestModels.Request()).Values).ShouldBe(0);
    }

    // Trailing spacing alone says nothing: models of many steps have it too.
    [Fact]
    public void A_way_to_sample_makes_no_turbo_model()
    {
        var folder = models.Copy("sd15");
        TestModels.Edit(Path.Combine(folder, "scheduler", "scheduler_config.json"), json => (json["_class_name"], json["timestep_spacing"]) = ("EulerDiscreteScheduler", "trailing"));
        KnownFamilies.Describe(ModelSource.At(folder)).Family.ShouldBe("StableDiffusion");
    }

    [Theory]
    [InlineData("sdxl_lightning_4step", 4)]
    [InlineData("Hyper-SDXL-8steps", 8)]
    [InlineData("dreamLCM", 4)]
    [InlineData("sd-turbo", 1)]
    [InlineData("Hyper Realism v3", null)]
    public void Few_steps_are_told_by_the_name(string called, int? steps)
    {
        var model = KnownFamilies.Describe(ModelSource.At(models.Copy("sd15", called)));
        (model.Family, model.DefaultSteps).ShouldBe(steps is { } few ? ("Turbo", few) : ("StableDiffusion", 25));
    }

    [Fact]
    public void What_a_model_predicts_is_what_its_scheduler_says()
    {
        var folder = models.Copy("sd15");
        TestModels.Edit(Path.Combine(folder, "scheduler", "scheduler_config.json"), json => json["prediction_type"] = "v_prediction");
        using var velocity = TestModels.Load(folder);
        using var epsilon = TestModels.Load("sd15");
        TestFiles.Error(velocity.Run(TestModels.Request()).Values, epsilon.Run(TestModels.Request()).Values).ShouldBeGreaterThan(0.05);
    }

    // Salimans and Ho (2022), appendix D: x0 = x/(σ² + 1) − v·σ/√(σ² + 1), which is where one step of Euler ends.
    [Fact]
    public void A_velocity_of_zero_is_not_a_noise_of_zero()
    {
        var (one, two) = (Silent("epsilon"), Silent("v_prediction"));
        // Noise 0 leaves all of the state.
        var sigma2 = Math.Pow(one.Initial, 2);
        var ratio = one.Latents.Zip(two.Latents, (a, b) => b / a).ToArray();
        ratio.ShouldAllBe(r => Math.Abs((r * (sigma2 + 1)) - 1) < 1e-4);
    }

    private (float[] Latents, double Initial) Silent(string prediction)
    {
        var folder = models.Copy("sd15", prediction);
        TestModels.Edit(Path.Combine(folder, "scheduler", "scheduler_config.json"), json => json["prediction_type"] = prediction);
        TestModels.Edit(Path.Combine(folder, "unet", "diffusion_pytorch_model.safetensors"), file =>
        {
            foreach (var name in new[] { "conv_out.weight", "conv_out.bias" })
            {
                file.With(name, file.Shape(name), new float[file.Values(name).Length]);
            }
        });
        using var pipeline = TestModels.Load(folder);
        float[] latents = [];
        pipeline.Run(TestModels.Request(steps: 1), (in StepProgress step) => latents = step.Latents.ToArray());
        // σ at the timestep that one step of "leading" begins at, 1: from the betas of Stable Diffusion.
        var betas = Enumerable.Range(0, 2).Select(i => Math.Pow(Math.Sqrt(0.00085) + (i * (Math.Sqrt(0.012) - Math.Sqrt(0.00085)) / 999), 2));
        var alpha = betas.Aggregate(1.0, (product, beta) => product * (1 - beta));
        return (latents, Math.Sqrt((1 - alpha) / alpha));
    }
}

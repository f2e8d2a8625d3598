using DiffusionHub.Imaging;

namespace DiffusionHub.Pipelines.Tests.Refusals;

/// <summary>Inversions that cannot be, refused before anything is computed.</summary>
public sealed class InversionRefusalTests
{
    private static readonly RgbImage Picture = TestModels.Picture("sd15-inpaint-4-channels", "init.png");

    private static PictureRequest Request => TestModels.Request() with { Init = Picture, Strength = 1, Inversion = new InversionChoice("a fox") };

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void A_caption_is_needed(string caption) => Refused("sd15", Request with { Inversion = new InversionChoice(caption) }, "caption", "what init shows");

    [Theory]
    [InlineData(0.49)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void A_mix_has_limits(double mix) => Refused("sd15", Request with { Inversion = new InversionChoice("a fox") { Mix = mix } }, "mix", "from 0.5 to 1", "0.93");

    [Fact]
    public void A_picture_is_needed() => Refused("sd15", Request with { Init = null }, "init", "as init");

    [Theory]
    [InlineData("mask")]
    [InlineData("control")]
    [InlineData("guide")]
    [InlineData("refiner")]
    [InlineData("guidanceRescale")]
    public void What_does_not_go_with_it_is_named(string field) => Refused(
        "sd15",
        field switch
        {
            "mask" => Request with { Mask = Picture },
            "control" => Request with { Control = new ControlChoice(Picture) },
            "guide" => Request with { Guide = new GuideChoice("none") },
            "refiner" => Request with { Refiner = new RefinerChoice("none", 0.8) },
            _ => Request with { GuidanceRescale = 0.5 },
        },
        field,
        $"{field} does not go with inversion");

    [Theory]
    [InlineData("init")]
    [InlineData("control")]
    [InlineData("refiner")]
    [InlineData("guidanceRescale")]
    public void What_does_not_go_with_rounds_is_named(string field)
    {
        var request = TestModels.Request() with { Guide = new GuideChoice("none") { Rounds = 2 } };
        Refused(
            "sd15",
            field switch
            {
                "init" => request with { Init = Picture, Strength = 1 },
                "control" => request with { Control = new ControlChoice(Picture) },
                "refiner" => request with { Refiner = new RefinerChoice("none", 0.8) },
                _ => request with { GuidanceRescale = 0.5 },
            },
            field,
            $"{field} does not go with a guide's rounds");
    }

    [Fact]
    public void Models_of_few_steps_have_no_rounds() => Refused("sd15-lcm", TestModels.Request() with { Guide = new GuideChoice("none") { Rounds = 2 } }, "guide", "small steps");

    [Fact]
    public void A_model_of_another_process_has_no_steps_to_trace_and_no_states_for_a_classifier()
    {
        using var models = new TestModels();
        using var guides = new Guides.TestGuides();
        var folder = models.Copy("sdxl-base", "edm");
        File.WriteAllText(Path.Combine(folder, "scheduler", "scheduler_config.json"), """
            {"_class_name":"EDMEulerScheduler","num_train_timesteps":1000,"prediction_type":"epsilon","sigma_data":0.5,"sigma_max":80.0,"sigma_min":0.002}
            """);
        using var pipeline = TestModels.Load(folder);
        pipeline.Description.Tasks.ShouldNotContain(KnownTasks.Editing);
        var request = TestModels.Request() with { Sampler = null };
        Should.Throw<UnfitRequestException>(() => pipeline.Run(request with { Init = Picture, Strength = 1, Inversion = new InversionChoice("a fox") })).Field.ShouldBe("inversion");
        Should.Throw<UnfitRequestException>(() => pipeline.Run(request with { Guide = new GuideChoice("none") { Rounds = 1 } })).Field.ShouldBe("guide");
        Should.Throw<UnfitRequestException>(() => pipeline.Run(request with { Guide = new GuideChoice(guides.Noisy(4)) { Target = "1" } })).Message.ShouldContain("timesteps");
    }

    [Fact]
    public void Models_of_few_steps_are_refused()
    {
        using var models = new TestModels();
        Refuses("sd15-lcm");
        Refuses(models.Copy("sd15", "sd-turbo"));
    }

    private static void Refuses(string name)
    {
        using var pipeline = TestModels.Load(name);
        pipeline.Description.Tasks.ShouldNotContain(KnownTasks.Editing);
        Refused(name, Request, "inversion", "few steps");
    }

    private static void Refused(string model, PictureRequest request, string field, params string[] said)
    {
        using var pipeline = TestModels.Load(model);
        var fault = Should.Throw<UnfitRequestException>(() => pipeline.Run(request));
        fault.Field.ShouldBe(field);
        said.ShouldAllBe(word => fault.Message.Contains(word, StringComparison.Ordinal), fault.Message);
    }
}

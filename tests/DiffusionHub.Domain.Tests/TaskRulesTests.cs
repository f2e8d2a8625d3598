using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;

namespace DiffusionHub.Domain.Tests;

public sealed class TaskRulesTests
{
    private static readonly ModelCapabilities Model = new()
    {
        Name = "m", Family = "F", Hash = "00", Tasks = [ModelTasks.TextToImage, ModelTasks.ImageToImage, ModelTasks.Editing], Samplers = ["Euler"],
        DefaultSteps = 20, MaxSteps = 50, DefaultGuidance = 7, DefaultWidth = 64, DefaultHeight = 64, MinSide = 64, MaxSide = 512, SideMultiple = 8, TakesGuides = true,
    };

    private static readonly ModelCapabilities Upscaler = Model with { Tasks = [ModelTasks.Upscaling], UpscaleFactor = 4, MaxNoiseLevel = 350, DefaultNoiseLevel = 20, SideMultiple = 4, TakesGuides = false };

    private static readonly ModelCapabilities Zoo = Model with
    {
        Tasks = [ModelTasks.ClassToImage], Classes = 3, ClassNames = ["tench, Tinca tinca", "goldfish", "great white shark"], WithoutPrompt = true, WithoutGuidance = true,
    };

    [Fact]
    public void A_task_that_begins_with_a_picture_needs_one()
    {
        foreach (var task in new[] { ModelTasks.Upscaling, ModelTasks.DepthToImage, ModelTasks.ImageVariation })
        {
            var error = Errors(new() { Model = "m", Prompt = "x" }, Model with { Tasks = [task] });
            error.Field.ShouldBe("init");
            error.Message.ShouldContain(task);
            RequestValidator.Validate(new() { Model = "m", Prompt = "x", Init = "a.png" }, Model with { Tasks = [task] }).ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData("3", false)]
    [InlineData("-1", false)]
    [InlineData("cat", false)]
    [InlineData("2", true)]
    [InlineData("Goldfish", true)]
    [InlineData("tinca TINCA", true)]
    [InlineData("tench, Tinca tinca", true)]
    public void A_class_is_one_of_the_models(string label, bool accepted)
    {
        var errors = RequestValidator.Validate(new() { Model = "m", ClassLabel = label }, Zoo);
        errors.Count.ShouldBe(accepted ? 0 : 1);
        errors.ShouldAllBe(error => error.Field == "classLabel" && error.Message.Contains("from 0 to 2") && error.Message.Contains("goldfish"));
    }

    [Fact]
    public void A_model_of_classes_needs_one_unless_it_can_do_without()
    {
        Errors(new() { Model = "m" }, Zoo).Field.ShouldBe("classLabel");
        RequestValidator.Validate(new() { Model = "m" }, Zoo with { Tasks = [ModelTasks.ClassToImage, ModelTasks.Unconditional] }).ShouldBeEmpty();
        Errors(new() { Model = "m", ClassLabel = "1", Prompt = "x" }, Model).Field.ShouldBe("classLabel");
    }

    [Fact]
    public void A_class_is_kept_by_its_number() =>
        RequestValidator.WithDefaults(new() { Model = "m", ClassLabel = "goldfish" }, Zoo, 1).ClassLabel.ShouldBe("1");

    [Fact]
    public void A_class_may_be_a_number_in_JSON()
    {
        RequestDocument.Read("""{"model":"m","classLabel":2}"""u8.ToArray()).Request!.ClassLabel.ShouldBe("2");
        RequestDocument.Read("""{"model":"m","classLabel":"goldfish"}"""u8.ToArray()).Request!.ClassLabel.ShouldBe("goldfish");
        RequestDocument.Read("""{"model":"m","classLabel":[2]}"""u8.ToArray()).Errors.ShouldHaveSingleItem().Field.ShouldBe("classLabel");
    }

    [Fact]
    public void A_model_without_texts_and_guidance_says_so()
    {
        Errors(new() { Model = "m", ClassLabel = "1", Prompt = "a fox" }, Zoo).Field.ShouldBe("prompt");
        Errors(new() { Model = "m", ClassLabel = "1", NegativePrompt = "a fox" }, Zoo).Field.ShouldBe("negativePrompt");
        Errors(new() { Model = "m", ClassLabel = "1", Guidance = 3 }, Zoo).Field.ShouldBe("guidance");
    }

    [Fact]
    public void Noise_levels_and_depth_and_maps_are_for_models_that_look_at_them()
    {
        Errors(new() { Model = "m", Prompt = "x", Init = "a", NoiseLevel = 1 }, Model).Field.ShouldBe("noiseLevel");
        Errors(new() { Model = "m", Prompt = "x", Init = "a", NoiseLevel = 351 }, Upscaler).Message.ShouldContain("350");
        Errors(new() { Model = "m", Prompt = "x", Init = "a", Depth = "d.npy" }, Model).Field.ShouldBe("depth");
        Errors(new() { Model = "m", Prompt = "x", Map = "map.png" }, Model).Field.ShouldBe("map");
        Errors(new() { Model = "m" }, Model with { Tasks = [ModelTasks.SemanticToImage], MapClasses = 9 }).Field.ShouldBe("map");
    }

    [Fact]
    public void An_upscale_beyond_the_limit_says_what_would_fit()
    {
        InitSize.Of(200, 100, Upscaler).ShouldBe((800, 400));
        var error = Errors(new() { Model = "m", Init = "a", Width = 800, Height = 400 }, Upscaler);
        error.Field.ShouldBe("width");
        error.Message.ShouldContain("128 × 128");
        var filled = RequestValidator.WithDefaults(new() { Model = "m", Init = "a", Width = 256, Height = 256 }, Upscaler, 1);
        (filled.NoiseLevel, filled.Strength).ShouldBe((20, null));
    }

    [Fact]
    public void An_inversion_needs_a_picture_and_its_caption()
    {
        var edit = new GenerationRequest { Model = "m", Prompt = "a cat", Init = "a.png", Inversion = new InversionRequest("a dog") };
        RequestValidator.Validate(edit, Model).ShouldBeEmpty();
        Errors(edit with { Init = null }, Model).Field.ShouldBe("init");
        Errors(edit with { Inversion = new InversionRequest(" ") }, Model).Field.ShouldBe("inversion.caption");
        Errors(edit with { Inversion = new InversionRequest("a dog", 0.4) }, Model).Message.ShouldContain("0.5");
        Errors(edit, Upscaler with { MaxNoiseLevel = null }).Field.ShouldBe("inversion");
        RequestDocument.Read("""{"inversion":{"mix":0.9}}"""u8.ToArray()).Request!.Inversion.ShouldBe(new InversionRequest("", 0.9));
    }

    [Fact]
    public void A_guide_has_limits()
    {
        var led = new GenerationRequest { Model = "m", Prompt = "a cat", Guide = new GuideRequest("clip", "a dog", 2, 50) };
        RequestValidator.Validate(led, Model).ShouldBeEmpty();
        Errors(led, Model with { TakesGuides = false }).Field.ShouldBe("guide");
        Errors(led with { Guide = new GuideRequest() }, Model).Field.ShouldBe("guide.model");
        Errors(led with { Guide = led.Guide with { Scale = 1001 } }, Model).Field.ShouldBe("guide.scale");
        Errors(led with { Guide = led.Guide with { Rounds = 201 } }, Model).Field.ShouldBe("guide.rounds");
    }

    [Fact]
    public void An_inversion_does_not_hide_what_the_model_takes_not()
    {
        var edit = new GenerationRequest { Model = "m", Prompt = "a cat", Init = "a.png", Inversion = new InversionRequest("a dog") };
        Errors(edit with { ClassLabel = "cat" }, Model).Field.ShouldBe("classLabel");
        Errors(edit with { Map = "map.png" }, Model).Field.ShouldBe("map");
    }

    [Theory]
    [InlineData("control")]
    [InlineData("refiner")]
    [InlineData("guidanceRescale")]
    [InlineData("guide")]
    public void What_does_not_go_with_an_inversion_or_with_rounds_is_named(string field)
    {
        var able = Model with { TakesControlNets = true, HasControlNet = true };
        var edit = new GenerationRequest { Model = "m", Prompt = "a cat", Init = "a.png", Inversion = new InversionRequest("a dog") };
        var error = Errors(With(edit), able);
        (error.Field, error.Message).ShouldBe((field, $"{field} does not go with inversion; leave one of them out."));

        var led = new GenerationRequest { Model = "m", Prompt = "a cat", Guide = new GuideRequest("clip", null, null, 5) };
        RequestValidator.Validate(led, able).ShouldBeEmpty();
        if (field != "guide")
        {
            Errors(With(led), able).Field.ShouldBe(field);
            RequestValidator.Validate(With(led with { Guide = led.Guide with { Rounds = 0 } }), able).ShouldBeEmpty();
        }

        GenerationRequest With(GenerationRequest request) => field switch
        {
            "control" => request with { Control = "edges.png" },
            "refiner" => request with { Refiner = "finer" },
            "guidanceRescale" => request with { GuidanceRescale = 0.5 },
            _ => request with { Guide = new GuideRequest("clip") },
        };
    }

    [Fact]
    public void Rounds_begin_with_noise_and_take_many_steps()
    {
        var led = new GenerationRequest { Model = "m", Prompt = "a cat", Guide = new GuideRequest("clip", null, null, 5) };
        Errors(led with { Init = "a.png" }, Model).Field.ShouldBe("init");
        Errors(led, Model with { Tasks = [ModelTasks.TextToImage, ModelTasks.ImageToImage] }).Field.ShouldBe("guide.rounds");
        RequestValidator.Validate(led, Model with { Tasks = [ModelTasks.TextToImage] }).ShouldBeEmpty();
    }

    [Fact]
    public void A_variation_of_one_step_has_no_strength_to_fail_by()
    {
        var vary = new GenerationRequest { Model = "m", Init = "a.png", Steps = 1 };
        RequestValidator.Validate(vary, Model with { Tasks = [ModelTasks.ImageVariation] }).ShouldBeEmpty();
        RequestValidator.Validate(vary, Upscaler).ShouldBeEmpty();
        Errors(vary with { Prompt = "x" }, Model).Field.ShouldBe("strength");
    }

    [Fact]
    public void An_upscale_of_too_little_says_what_would_fit()
    {
        var error = Errors(new() { Model = "m", Init = "a", Width = 0, Height = 64 }, Upscaler);
        error.Field.ShouldBe("width");
        error.Message.ShouldContain("16 × 16");
    }

    [Fact]
    public void A_misspelt_member_of_a_part_is_named()
    {
        foreach (var (json, field) in new[] { ("""{"inversion":{"caption":"a","mux":1}}""", "inversion.mux"), ("""{"guide":{"model":"a","round":1}}""", "guide.round") })
        {
            var error = RequestDocument.Read(System.Text.Encoding.UTF8.GetBytes(json)).Errors.ShouldHaveSingleItem();
            error.Field.ShouldBe(field);
            error.Message.ShouldContain("is no part of a request");
        }

        RequestDocument.Read("""{"guide":{"model":"a","target":1}}"""u8.ToArray()).Request!.Guide!.Target.ShouldBe("1");
    }

    private static FieldError Errors(GenerationRequest request, ModelCapabilities model) => RequestValidator.Validate(request, model).ShouldHaveSingleItem();
}

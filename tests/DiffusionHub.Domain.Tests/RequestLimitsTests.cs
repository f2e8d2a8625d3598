using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;

namespace DiffusionHub.Domain.Tests;

/// <summary>What a request may say of pictures, adapters and other networks.</summary>
public sealed class RequestLimitsTests
{
    private static readonly ModelCapabilities Model = new()
    {
        Name = "m", Family = "F", Hash = "00", Tasks = ["text-to-image", "image-to-image", "inpainting"], Samplers = ["DDIM"],
        Schedules = [], SamplersWithSchedules = [], SamplerMaxSteps = new Dictionary<string, int>(), DefaultSteps = 4, MaxSteps = 50,
        DefaultGuidance = 2, DefaultWidth = 512, DefaultHeight = 448, MinSide = 256, MaxSide = 1024, SideMultiple = 8,
        MaxClipSkip = 3, TakesAdapters = true, TakesControlNets = true,
    };

    private static readonly GenerationRequest Plain = new() { Model = "m", Prompt = "a cat" };
    private static readonly GenerationRequest Begun = Plain with { Init = "a.png" };
    private static readonly GenerationRequest Controlled = Plain with { Control = "c.png", ControlNet = "canny" };

    [Theory]
    [InlineData(0, true)]
    [InlineData(3, true)]
    [InlineData(-1, false)]
    [InlineData(4, false)]
    public void Clip_skip_ends_at_the_models_layers(int skip, bool accepted) => Check(Plain with { ClipSkip = skip }, accepted, "clipSkip", "0", "3");

    [Theory]
    [InlineData(0.25, true)]
    [InlineData(1, true)]
    [InlineData(0.2, false)]
    [InlineData(0, false)]
    [InlineData(-0.1, false)]
    [InlineData(1.1, false)]
    [InlineData(double.NaN, false)]
    public void A_strength_leaves_at_least_one_of_the_steps(double strength, bool accepted) => Check(Begun with { Strength = strength }, accepted, "strength");

    [Theory]
    [InlineData(null, 1, false)]
    [InlineData(null, 2, true)]
    [InlineData("m.png", 1, true)]
    public void So_does_the_strength_that_is_meant_where_none_is_said(string? mask, int steps, bool accepted) =>
        Check(Begun with { Mask = mask, Steps = steps }, accepted, "strength", "1 steps", "0.8");

    [Fact]
    public void A_mask_needs_a_picture() => Check(Plain with { Mask = "m.png" }, false, "mask", "init");

    [Theory]
    [InlineData("text-to-image", null, null, true)]
    [InlineData("text-to-image", "a.png", null, false)]
    [InlineData("text-to-image", "a.png", "m.png", false)]
    [InlineData("inpainting", "a.png", "m.png", true)]
    [InlineData("inpainting", "a.png", null, false)]
    [InlineData("inpainting", null, null, false)]
    public void The_task_is_one_of_the_models(string task, string? init, string? mask, bool accepted)
    {
        var request = Plain with { Init = init, Mask = mask };
        var model = Model with { Tasks = [task] };
        var errors = RequestValidator.Validate(request, model);
        var asked = ModelTasks.Of(request, model);
        errors.Count.ShouldBe(accepted ? 0 : 1);
        var field = mask is not null ? "mask" : init is not null ? "init" : "model";
        errors.ShouldAllBe(error => error.Field == field && error.Message.Contains(task) && error.Message.Contains(asked));
    }

    [Fact]
    public void A_model_may_take_no_adapters_and_no_ControlNets()
    {
        var model = Model with { TakesAdapters = false, TakesControlNets = false };
        RequestValidator.Validate(Plain with { Loras = [new LoraChoice("x")] }, model).ShouldHaveSingleItem().Field.ShouldBe("loras");
        RequestValidator.Validate(Controlled, model).ShouldHaveSingleItem().Field.ShouldBe("control");
        RequestValidator.Validate(Plain with { Loras = [] }, model).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1, 0, true)]
    [InlineData(8, 4, true)]
    [InlineData(8, -4, true)]
    [InlineData(9, 1, false)]
    [InlineData(1, 4.1, false)]
    [InlineData(1, -4.1, false)]
    [InlineData(1, double.PositiveInfinity, false)]
    public void Adapters_are_few_and_their_weights_small(int count, double weight, bool accepted) =>
        Check(Plain with { Loras = [.. Enumerable.Repeat(new LoraChoice("x", weight), count)] }, accepted, "loras", count > 8 ? "8" : "-4 to 4");

    [Theory]
    [InlineData(0, true)]
    [InlineData(2, true)]
    [InlineData(-0.1, false)]
    [InlineData(2.1, false)]
    public void A_control_scale_goes_from_zero_to_two(double scale, bool accepted) => Check(Controlled with { ControlScale = scale }, accepted, "controlScale", "0 to 2");

    [Theory]
    [InlineData(0.0, 1.0, null)]
    [InlineData(0.5, 0.5, null)]
    [InlineData(0.6, 0.5, "controlStart")]
    [InlineData(-0.1, 0.5, "controlStart")]
    [InlineData(0.1, 1.5, "controlEnd")]
    [InlineData(0.5, null, null)]
    [InlineData(null, 0.0, null)]
    public void A_ControlNet_ends_after_it_begins(double? start, double? end, string? field) =>
        Check(Controlled with { ControlStart = start, ControlEnd = end }, field is null, field ?? "");

    [Fact]
    public void A_ControlNet_and_its_picture_need_each_other()
    {
        Check(Controlled, true, "");
        Check(Plain with { ControlNet = "canny" }, false, "controlNet", "control");
        Check(Plain with { Control = "c.png" }, false, "control", "controlNet", "m");
        RequestValidator.Validate(Plain with { Control = "c.png" }, Model with { HasControlNet = true }).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true, 1, 16384)]
    [InlineData(false, 0, 64)]
    [InlineData(false, 64, 16386)]
    [InlineData(false, 64)]
    [InlineData(false, 64, 64, 64)]
    public void Told_sizes_are_pairs_within_limits(bool accepted, params int[] pair)
    {
        Check(Plain with { OriginalSize = pair }, accepted, "originalSize", "1", "16384");
        Check(Plain with { TargetSize = pair }, accepted, "targetSize", "1", "16384");
        Check(Plain with { CropTopLeft = [.. pair.Select(side => side - 1)] }, accepted, "cropTopLeft", "0", "16384");
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(10, true)]
    [InlineData(-1, false)]
    [InlineData(10.5, false)]
    public void Scores_go_from_zero_to_ten(double score, bool accepted)
    {
        Check(Plain with { AestheticScore = score }, accepted, "aestheticScore", "0 to 10");
        Check(Plain with { NegativeAestheticScore = score }, accepted, "negativeAestheticScore", "0 to 10");
        Check(Plain with { Refiner = "r", RefinerSwitch = score / 10 }, accepted, "refinerSwitch", "0 to 1");
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(300, true)]
    [InlineData(301, false)]
    public void Names_have_a_longest_length(int length, bool accepted)
    {
        var name = new string('x', length);
        Check(Begun with { Init = name }, accepted, "init", "300");
        Check(Begun with { Mask = name }, accepted, "mask", "300");
        Check(Controlled with { Control = name }, accepted, "control", "300");
        Check(Controlled with { ControlNet = name }, accepted, "controlNet", "300");
        Check(Plain with { Vae = name }, accepted, "vae", "300");
        Check(Plain with { Refiner = name }, accepted, "refiner", "300");
        Check(Plain with { Loras = [new LoraChoice(name)] }, accepted, "loras", "300");
        Check(Plain with { Vae = "a\0b" }, false, "vae");
    }

    private static void Check(GenerationRequest request, bool accepted, string field, params string[] said)
    {
        var errors = RequestValidator.Validate(request, Model);
        if (accepted)
        {
            errors.ShouldBeEmpty();
            return;
        }

        errors.ShouldHaveSingleItem().Field.ShouldBe(field);
        said.ShouldAllBe(word => errors[0].Message.Contains(word, StringComparison.Ordinal), errors[0].Message);
    }
}

using DiffusionHub.Domain.Requests;
using DiffusionHub.Web.Features.Studio;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests;

public sealed class StudioFormTests
{
    private readonly StudioForm _form = new() { Model = "sprout", Prompt = " fig ", Steps = "4", Guidance = "2.5", Seed = "7" };

    [Fact]
    public void Filled_form_is_the_request()
    {
        _form.Negative = "  ";
        _form.Count = 3;
        _form.Read(Make.Model).ShouldBe(new GenerationRequest { Model = "sprout", Prompt = "fig", Steps = 4, Guidance = 2.5, Seed = 7, Count = 3, Emphasis = true });
        _form.Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", "1", false)]
    [InlineData("blurred", "1", true)]
    [InlineData("blurred", " 1,0 ", true)]
    [InlineData("blurred", "1.5", false)]
    [InlineData("blurred", "", false)]
    public void A_negative_prompt_without_guidance_is_told_to_be_idle(string negative, string guidance, bool idle)
    {
        (_form.Negative, _form.Guidance) = (negative, guidance);
        // Nothing typed is the model's own guidance.
        _form.NegativeIsIdle(Make.Model with { DefaultGuidance = 2 }).ShouldBe(idle);
    }

    [Fact]
    public void Used_settings_keep_what_the_form_has_no_field_for_until_dropped()
    {
        var used = new GenerationRequest { Model = "sprout", Prompt = "fig", Steps = 4, Guidance = 2, Seed = 7, Sampler = "Euler", Schedule = "Karras", Noise = "nv", Eta = 0.5, GuidanceRescale = 0.7 };
        _form.Use(used);
        _form.CarriedText(Make.Model).ShouldBe("nv noise, η 0.5, guidance rescale 0.7");
        _form.Read(Make.Model).ShouldBe(used);
        _form.DropCarried();
        _form.CarriedText(Make.Model).ShouldBeEmpty();
        _form.Read(Make.Model).ShouldBe(used with { Noise = "cpu", Eta = null, GuidanceRescale = null });
    }

    [Fact]
    public void A_schedule_counts_only_beside_a_sampler_that_takes_one_and_comes_back_with_it()
    {
        _form.UseDefaults(Make.Model);
        (_form.Sampler, _form.Schedule, _form.TakesSchedule(Make.Model)).ShouldBe(("DDIM", "Automatic", false));
        _form.Sampler = "Euler";
        _form.Schedule = "Karras";
        (_form.Read(Make.Model)!.Sampler, _form.Read(Make.Model)!.Schedule).ShouldBe(("Euler", "Karras"));
        _form.Sampler = "DDIM";
        _form.Read(Make.Model)!.Schedule.ShouldBeNull();
        _form.Sampler = "Euler";
        _form.Read(Make.Model)!.Schedule.ShouldBe("Karras");
    }

    [Fact]
    public void Everything_of_a_pictures_settings_comes_back()
    {
        var able = Make.Model with { TakesControlNets = true, MaxClipSkip = 1, MinSide = 64, MaxSide = 512 };
        LoraChoice[] loras = [new("moss", -0.5)];
        var used = Make.Request with
        {
            Init = "upload:a", Mask = "upload:b", Strength = 0.7, Loras = loras, Control = "upload:c", ControlNet = "edges", ControlScale = 0.8, ControlStart = 0.1, ControlEnd = 0.9,
            Vae = "dew", Refiner = "polish", RefinerSwitch = 0.75, ClipSkip = 1, Emphasis = true, OriginalSize = [1024, 1024], AestheticScore = 7,
        };
        _form.Use(used, (128, 96));
        var read = _form.Read(able).ShouldNotBeNull();
        read.Loras.ShouldBe(loras);
        (read with { Loras = loras }).ShouldBe(used);
        _form.CarriedText(able).ShouldBe("SDXL sizes and scores");
    }

    [Theory]
    [InlineData("256", "192", 256, 192, null)]
    [InlineData("", "192", null, 192, null)]
    [InlineData("16384", "192", null, null, "width")]
    [InlineData("256", "100", null, null, "height")]
    [InlineData("256", "x", null, null, "height")]
    public void A_size_is_typed_or_left_to_the_model(string width, string height, int? expectedWidth, int? expectedHeight, string? refused)
    {
        var able = Make.Model with { MinSide = 64, MaxSide = 512 };
        _form.UseDefaults(able);
        (_form.Prompt, _form.Width, _form.Height) = ("moss", width, height);
        var read = _form.Read(able);
        _form.Errors.Keys.ShouldBe(refused is null ? [] : [refused]);
        (read?.Width, read?.Height).ShouldBe((expectedWidth, expectedHeight));
    }

    [Fact]
    public void A_model_of_one_size_is_not_asked_for_another()
    {
        _form.UseDefaults(Make.Model);
        (_form.Prompt, _form.Width) = ("moss", "4096");
        _form.Read(Make.Model).ShouldNotBeNull().Width.ShouldBeNull();
    }

    [Fact]
    public void Another_picture_to_begin_with_takes_the_mask_and_the_carried_size_away()
    {
        _form.Use(Make.Request with { Init = "upload:a", Mask = "upload:b", Strength = 1, Width = 64, Height = 64 }, (64, 64));
        _form.StartFrom(new("upload:c", 640, 480));
        var read = _form.Read(Make.Model).ShouldNotBeNull();
        (read.Init, read.Mask, read.Width, read.Height).ShouldBe(("upload:c", null, null, null));
    }

    [Fact]
    public void What_the_model_cannot_take_is_kept_but_not_sent()
    {
        _form.StartFrom(new("upload:c", 640, 480));
        _form.Loras.Add(Make.Moss);
        var plain = _form.Read(Make.Model with { Tasks = ["text-to-image"], TakesAdapters = false }).ShouldNotBeNull();
        (plain.Init, plain.Strength, plain.Loras).ShouldBe((null, null, null));
        var able = _form.Read(Make.Model).ShouldNotBeNull();
        (able.Init, able.Strength, able.Loras![0]).ShouldBe(("upload:c", 0.6, new LoraChoice("moss", 0.8)));
    }

    [Fact]
    public void Model_that_only_inpaints_asks_for_a_picture_and_then_for_a_mask()
    {
        var model = Make.Model with { Tasks = ["inpainting"] };
        _form.Read(model).ShouldBeNull();
        _form.Errors.Keys.ShouldBe(["init"]);
        _form.StartFrom(new("upload:c", 640, 480));
        _form.Read(model).ShouldBeNull();
        _form.Errors.Keys.ShouldBe(["mask"]);
        _form.Start.TakeMask(new("upload:d", 640, 480));
        _form.Read(model).ShouldNotBeNull().Strength.ShouldBe(1);
    }

    [Theory]
    [InlineData("strength", "1.1")]
    [InlineData("loras", "4.5")]
    [InlineData("loras", "-5")]
    [InlineData("loras", "x")]
    [InlineData("controlScale", "3")]
    [InlineData("controlStart", "x")]
    [InlineData("clipSkip", "5")]
    [InlineData("refinerSwitch", "2")]
    public void Bad_number_of_a_part_is_told_at_its_field(string field, string text)
    {
        _form.StartFrom(new("upload:c", 640, 480));
        _form.Loras.Add(Make.Moss);
        (_form.Control.Picture, _form.Advanced.Refiner) = (new("upload:d", 64, 64), "polish");
        switch (field)
        {
            case "strength": _form.Start.Strength = text; break;
            case "loras": _form.Loras.Chosen[0].Weight = text; break;
            case "controlScale": _form.Control.Scale = text; break;
            case "controlStart": _form.Control.Start = text; break;
            case "clipSkip": _form.Advanced.ClipSkip = text; break;
            default: _form.Advanced.Switch = text; break;
        }

        _form.Read(Make.Model with { TakesControlNets = true, HasControlNet = true, MaxClipSkip = 2 }).ShouldBeNull();
        _form.Errors.Keys.ShouldBe([field]);
    }

    [Theory]
    [InlineData("", "mossy")]
    [InlineData("stone, ", "stone, mossy")]
    [InlineData("a Mossy stone", "a Mossy stone")]
    public void Trigger_words_are_put_into_the_prompt_once(string prompt, string expected)
    {
        _form.Prompt = prompt;
        _form.Insert("mossy");
        _form.Prompt.ShouldBe(expected);
    }

    [Fact]
    public void Empty_numbers_mean_the_models_own()
    {
        (_form.Steps, _form.Guidance, _form.Seed) = ("", " ", "");
        var request = _form.Read(Make.Model).ShouldNotBeNull();
        (request.Steps, request.Guidance, request.Seed).ShouldBe((null, null, null));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("51")]
    [InlineData("1000")]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("4.5")]
    [InlineData("99999999999999999999999")]
    public void Steps_that_are_no_number_in_range_are_told_with_the_range(string steps)
    {
        _form.Steps = steps;
        _form.Read(Make.Model).ShouldBeNull();
        _form.Errors.ShouldHaveSingleItem().ShouldBe(new("steps", "Steps must be a whole number from 1 to 50."));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("4294967296")]
    [InlineData("seven")]
    public void Seed_outside_of_its_range_is_refused(string seed)
    {
        _form.Seed = seed;
        _form.Read(Make.Model).ShouldBeNull();
        _form.Errors.Keys.ShouldBe(["seed"]);
    }

    [Theory]
    [InlineData("2,5", 2.5)]
    [InlineData("0", 0)]
    [InlineData(".5", 0.5)]
    public void Guidance_takes_a_comma_too(string text, double value)
    {
        _form.Guidance = text;
        _form.Read(Make.Model)!.Guidance.ShouldBe(value);
    }

    [Theory]
    [InlineData("31")]
    [InlineData("NaN")]
    [InlineData("1e3")]
    [InlineData("-1")]
    public void Guidance_outside_of_its_range_is_refused(string text)
    {
        _form.Guidance = text;
        _form.Read(Make.Model).ShouldBeNull();
        _form.Errors.Keys.ShouldBe(["guidance"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n ")]
    public void Empty_prompt_is_asked_for(string prompt)
    {
        _form.Prompt = prompt;
        _form.Read(Make.Model).ShouldBeNull();
        _form.Errors["prompt"].ShouldContain("Say in a few words");
    }

    [Fact]
    public void Too_long_a_prompt_is_told_with_its_length()
    {
        _form.Prompt = new string('a', 100_000);
        _form.Read(Make.Model).ShouldBeNull();
        _form.Errors["prompt"].ShouldContain("100,000");
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once_and_forgotten_when_it_is_right()
    {
        (_form.Prompt, _form.Steps, _form.Seed) = ("", "x", "x");
        _form.Read(Make.Model).ShouldBeNull();
        _form.Errors.Keys.ShouldBe(["prompt", "steps", "seed"], ignoreOrder: true);
        (_form.Prompt, _form.Steps, _form.Seed) = ("fig", "1", "1");
        _form.Read(Make.Model).ShouldNotBeNull();
        _form.Errors.ShouldBeEmpty();
    }

    [Fact]
    public void Settings_of_a_picture_fill_every_field()
    {
        _form.Count = 8;
        _form.Refuse([new FieldError("steps", "no")]);
        _form.Use(Make.Request with { NegativePrompt = "text" });
        (_form.Prompt, _form.Negative, _form.Steps, _form.Guidance, _form.Seed, _form.Count, _form.Errors.Count).ShouldBe(("fig", "text", "4", "2.5", "7", 1, 0));
        _form.Read(Make.Model).ShouldNotBeNull();
    }
}

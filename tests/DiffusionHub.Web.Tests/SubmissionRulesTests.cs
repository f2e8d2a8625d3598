using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Web.Shared.Jobs;
using DiffusionHub.Web.Shared.Models;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests;

public sealed class SubmissionRulesTests
{
    private static readonly ModelCapabilities Oak = Make.Model with { Name = "oak", Base = "StableDiffusion 1" };

    private static readonly ModelAsset[] Assets =
    [
        new() { Name = "moss", Kind = "lora", Fits = ["StableDiffusion 1"] },
        new() { Name = "fern", Kind = "lora", Fits = ["StableDiffusionXl"] },
        new() { Name = "bark", Kind = "lora", Fault = "its header is cut off" },
        new() { Name = "dew", Kind = "vae" },
        new() { Name = "colours", Kind = "guide", Classes = 2, ClassNames = ["red", "green"] },
        new() { Name = "score", Kind = "guide" },
    ];

    [Theory]
    [InlineData(512, 512, 512, 512)]
    [InlineData(519, 777, 512, 776)]
    [InlineData(4096, 2048, 2048, 1024)]
    [InlineData(4000, 3000, 2048, 1536)]
    [InlineData(32, 48, 64, 96)]
    [InlineData(4096, 64, 2048, 64)]
    public void Size_follows_the_first_picture_within_the_models_limits(int width, int height, int expectedWidth, int expectedHeight) =>
        InitSize.Of(width, height, Make.Model with { MinSide = 64, MaxSide = 2048, SideMultiple = 8 }).ShouldBe((expectedWidth, expectedHeight));

    [Fact]
    public void What_a_classifier_shall_see_is_one_of_its_classes()
    {
        Check(Led("colours", "green")).ShouldBeEmpty();
        Check(Led("colours", "1")).ShouldBeEmpty();
        Check(Led("score", null)).ShouldBeEmpty();
        Check(Led("colours", "mauve")).ShouldHaveSingleItem()
            .ShouldBe(new FieldError("guide.target", "The guide “colours” needs one of its classes as target, from 0 to 1: red; green."));
        Check(Led("colours", null)).ShouldHaveSingleItem().Field.ShouldBe("guide.target");
        Check(Led("moss", null)).ShouldHaveSingleItem().Field.ShouldBe("guide.model");

        static GenerationRequest Led(string guide, string? target) => Make.Request with { Guide = new GuideRequest(guide, target) };
    }

    [Fact]
    public void Part_that_fits_is_taken_and_others_are_told_of_with_those_that_fit()
    {
        Check(Make.Request with { Loras = [new("moss")], Vae = "dew" }).ShouldBeEmpty();
        Check(Make.Request with { Loras = [new("fern")] }).ShouldHaveSingleItem()
            .ShouldBe(new FieldError("loras", "The LoRA “fern” is for StableDiffusionXl; the model “oak” is StableDiffusion 1. Those that fit: moss."));
        Check(Make.Request with { Loras = [new("bark")] }).ShouldHaveSingleItem().Message.ShouldBe("The LoRA “bark” is damaged: its header is cut off");
        Check(Make.Request with { Vae = "moss" }).ShouldHaveSingleItem().Message.ShouldBe("There is no VAE named “moss”. Those that fit: dew.");
        Check(Make.Request with { Loras = [new("x"), new("y")], ControlNet = "z" }).Select(e => e.Field).ShouldBe(["loras", "loras", "controlNet"]);
    }

    [Fact]
    public void Refiner_must_be_of_SDXLs_kin()
    {
        var xl = Oak with { Name = "xl", Base = "StableDiffusionXl" };
        var known = new KnownEntries([.. new[] { Oak, xl, xl with { Name = "polish", Base = "StableDiffusionXl refiner" } }.Select(m => new KnownModel(m, true, DateTimeOffset.UnixEpoch))], [], []);
        PartRules.Check(Make.Request with { Refiner = "polish" }, xl, known).ShouldBeEmpty();
        PartRules.Check(Make.Request with { Refiner = "oak" }, xl, known).ShouldHaveSingleItem().Message.ShouldContain("polish");
        PartRules.Check(Make.Request with { Refiner = "polish" }, Oak, known).ShouldHaveSingleItem().Message.ShouldContain("cannot refine");
    }

    [Fact]
    public void Batch_key_tells_apart_what_cannot_be_computed_together()
    {
        var one = Make.Request with { Loras = [new("moss", 0.5)] };
        GenerationRequest[] others =
        [
            Make.Request, one with { Loras = [new("moss", 0.6)] }, one with { Loras = [new("fern", 0.5)] }, one with { Loras = [new("moss", 0.5), new("fern")] },
            one with { Vae = "dew" }, one with { Width = one.Width + 64 }, one with { Model = "elm" },
        ];
        others.Append(one).Select(BatchKey.Of).Distinct(StringComparer.Ordinal).Count().ShouldBe(others.Length + 1);
        BatchKey.Of(one with { Init = "upload:a", Strength = 0.5, Seed = 9, Prompt = "pear", Steps = 9, Sampler = "Euler", Guidance = 3, ClipSkip = 1, Emphasis = true }).ShouldBe(BatchKey.Of(one));
    }

    [Fact]
    public void Batch_key_of_what_needs_the_model_for_itself_is_nobody_elses()
    {
        GenerationRequest[] alone =
        [
            Make.Request with { Control = "upload:a" }, Make.Request with { Refiner = "polish", RefinerSwitch = 0.8 }, Make.Request with { Map = "upload:a" },
            Make.Request with { Depth = "upload:a" }, Make.Request with { NoiseLevel = 20 }, Make.Request with { Inversion = new() { Caption = "a dog" } },
            Make.Request with { Guide = new() { Model = "clip" } },
        ];
        alone.ShouldAllBe(request => BatchKey.Of(request) != BatchKey.Of(request));
    }

    private static IReadOnlyList<FieldError> Check(GenerationRequest request) => PartRules.Check(request, Oak, new KnownEntries([], [.. Assets.Where(a => a.Fault is null).Select(Known)], [.. Assets.Where(a => a.Fault is not null).Select(Known)]));

    private static KnownAsset Known(ModelAsset asset) => new(asset, true, DateTimeOffset.UnixEpoch);
}

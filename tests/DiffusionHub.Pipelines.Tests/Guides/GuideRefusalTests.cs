using DiffusionHub.Pipelines.Guides;

namespace DiffusionHub.Pipelines.Tests.Guides;

/// <summary>Guides that cannot do what a request asks: each refusal names the field and what would do.</summary>
public sealed class GuideRefusalTests : IDisposable
{
    private readonly TestGuides guides = new();

    public void Dispose() => guides.Dispose();

    [Theory]
    [InlineData("3", "no class 3", "0 to 2", "0: tabby, tabby cat, 1: dog, 2: fox")]
    [InlineData("-1", "no class -1", "0 to 2")]
    [InlineData("99999999999999", "99999999999999", "0 to 2")]
    [InlineData("dogg", "no class “dogg”", "Near it: “dog”")]
    [InlineData("cat", "no class “cat”", "Near it: “tabby, tabby cat”")]
    [InlineData(null, "needs a target", "0 to 2")]
    [InlineData(" ", "needs a target", "0 to 2")]
    public void A_class_that_is_not_there(string? target, params string[] says) => Refused(new GuideChoice(guides.Vit()) { Target = target }, says);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("2", 2)]
    [InlineData("Dog", 1)]
    [InlineData("tabby CAT ", 0)]
    [InlineData("Tabby, tabby cat", 0)]
    public void A_class_is_found_by_its_number_its_name_or_a_synonym(string target, int expected)
    {
        var path = guides.Vit();
        GuideTarget.Class(GuideFolder.Read(path), new GuideChoice(path) { Target = target }).ShouldBe(expected);
    }

    [Fact]
    public void A_guide_without_names_takes_numbers_only()
    {
        Refused(new GuideChoice(guides.Noisy(4)) { Target = "dog" }, "no names", "0 to 2");
        Refused(new GuideChoice(guides.Noisy(4)) { Target = "7" }, "no class 7", "it has 0 to 2.");
    }

    [Theory]
    [InlineData(1001)]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void A_scale_out_of_range(double scale) => Refused(new GuideChoice(guides.Vit()) { Target = "0", Scale = scale }, "from -1000 to 1000");

    [Fact]
    public void A_classifier_of_other_states() => Refused(new GuideChoice(guides.Noisy(3)) { Target = "0" }, "states of 3 channels", "have 4");

    [Fact]
    public void A_classifier_of_one_size()
    {
        var choice = new GuideChoice(guides.Noisy(4, "attention")) { Target = "0" };
        using var pipeline = TestModels.Load("sd15");
        Should.Throw<UnfitRequestException>(() => pipeline.Run(TestModels.Request() with { Guide = choice, Width = 128 })).Message.ShouldContain("8×8 only; this request's are 16×8");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("  ")]
    public void CLIP_needs_a_text(string? target)
    {
        var choice = new GuideChoice(guides.Clip()) { Target = target };
        Should.Throw<UnfitRequestException>(() => PictureLosses.Load(choice, " ")).Message.ShouldContain("or a prompt");
        PictureLosses.Load(choice, "a fox").Dispose();
    }

    [Fact]
    public void An_aesthetic_score_takes_no_target() => Refused(new GuideChoice(guides.Aesthetic()) { Target = "cat" }, "leave the target out");

    [Fact]
    public void A_guide_that_is_no_guide_or_damaged()
    {
        Refused(new GuideChoice(guides.New("vit") + "-not"), "vit-not");
        Refused(new GuideChoice(Path.Combine(TestModels.At("sd15"), "text_encoder")), "CLIPTextModel", "ViTForImageClassification");
        Refused(new GuideChoice(Path.Combine(guides.Vit(), "model.safetensors")), "is a file", "config.json");
        var clip = guides.Clip();
        File.Delete(Path.Combine(clip, "merges.txt"));
        Refused(new GuideChoice(clip), "merges.txt");
        var vit = guides.Vit();
        TestModels.Edit(Path.Combine(vit, "preprocessor_config.json"), json => json["image_std"]![0] = 0);
        Refused(new GuideChoice(vit) { Target = "0" }, "image_std");
        TestModels.Edit(Path.Combine(vit, "preprocessor_config.json"), json => json["image_processor_type"] = "Other");
        Refused(new GuideChoice(vit) { Target = "0" }, "image_processor_type", "ViTImageProcessor");
        File.Delete(Path.Combine(vit, "preprocessor_config.json"));
        Refused(new GuideChoice(vit) { Target = "0" }, "preprocessor_config.json");
        var aesthetic = guides.Aesthetic();
        File.Delete(Path.Combine(aesthetic, "aesthetic.safetensors"));
        Refused(new GuideChoice(aesthetic), "aesthetic.safetensors");
    }

    [Fact]
    public void What_does_not_go_with_a_guide_of_pictures()
    {
        using var pipeline = TestModels.Load("sd15");
        var request = TestModels.Request(guidance: 3) with { Guide = new GuideChoice(guides.Vit()) { Target = "0" } };
        Should.Throw<UnfitRequestException>(() => pipeline.Run(request with { GuidanceRescale = 0.5 })).Message.ShouldContain("guidanceRescale");
        using var controlled = TestModels.Load("sd15-controlnet");
        var control = new ControlChoice(TestModels.Picture("sd15-controlnet", "control.png"));
        Should.Throw<UnfitRequestException>(() => controlled.Run(request with { Control = control })).Message.ShouldContain("control");
    }

    [Fact]
    public void A_noise_aware_classifier_has_no_rounds() => Should.Throw<UnfitRequestException>(() => PictureLosses.Load(new GuideChoice(guides.Noisy(4)) { Target = "0" }, "")).Message.ShouldContain("no rounds");

    [Fact]
    public void A_model_says_whether_it_takes_guides()
    {
        using var pipeline = TestModels.Load("sd15");
        pipeline.Description.TakesGuides.ShouldBeTrue();
    }

    private static void Refused(GuideChoice choice, params string[] says)
    {
        using var pipeline = TestModels.Load("sd15");
        var refusal = Should.Throw<UnfitRequestException>(() => pipeline.Run(TestModels.Request() with { Guide = choice }));
        refusal.Field.ShouldBe("guide");
        says.ShouldAllBe(text => refusal.Message.Contains(text, StringComparison.Ordinal), refusal.Message);
    }
}

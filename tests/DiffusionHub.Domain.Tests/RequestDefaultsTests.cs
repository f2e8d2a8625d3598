using System.Text;
using System.Text.Json;
using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;

namespace DiffusionHub.Domain.Tests;

/// <summary>The members of a request that begin with pictures and other networks: what stands for nothing, and how they are written down.</summary>
public sealed class RequestDefaultsTests
{
    private static readonly ModelCapabilities Model = new()
    {
        Name = "m", Family = "F", Hash = "00", Tasks = ["text-to-image"], Samplers = ["DDIM"], Schedules = [], SamplersWithSchedules = [],
        SamplerMaxSteps = new Dictionary<string, int>(), DefaultSteps = 4, MaxSteps = 50, DefaultGuidance = 2, DefaultWidth = 512, DefaultHeight = 448, MinSide = 256, MaxSide = 1024, SideMultiple = 8,
    };

    private static readonly GenerationRequest Plain = new() { Prompt = "a cat" };

    private static readonly GenerationRequest Full = new()
    {
        Model = "m", Prompt = "p", Emphasis = true, ClipSkip = 1, Init = "a.png", Mask = "m.png", Strength = 0.5, Loras = [new LoraChoice("x", -0.5), new LoraChoice("y")],
        Control = "c.png", ControlNet = "canny", ControlScale = 0.5, ControlStart = 0.1, ControlEnd = 0.9, Vae = "v", Refiner = "r", RefinerSwitch = 0.7,
        OriginalSize = [1, 2], TargetSize = [3, 4], CropTopLeft = [5, 6], AestheticScore = 7, NegativeAestheticScore = 1,
        Depth = "d.png", NoiseLevel = 20, ClassLabel = "3", Map = "map.png", Inversion = new InversionRequest("a dog", 0.9), Guide = new GuideRequest("clip", "a cat", 2, 50),
    };

    [Fact]
    public void What_says_the_default_is_stored_as_what_says_nothing()
    {
        var filled = Filled(Plain);
        Filled(Plain with { Emphasis = false, ClipSkip = 0, Loras = [], Strength = 0.5, RefinerSwitch = 0.5, ControlScale = 0.5, ControlStart = 0.1, ControlEnd = 0.9 }).ShouldBe(filled);
        filled.ShouldSatisfyAllConditions(r => r.Strength.ShouldBeNull(), r => r.RefinerSwitch.ShouldBeNull());
    }

    [Fact]
    public void A_strength_and_a_switch_are_filled_in_where_they_count()
    {
        Filled(Plain with { Init = "a" }).Strength.ShouldBe(0.8);
        Filled(Plain with { Init = "a", Mask = "m" }).Strength.ShouldBe(1);
        Filled(Plain with { Init = "a", Mask = "m", Strength = 0.3 }).Strength.ShouldBe(0.3);
        Filled(Plain with { Refiner = "r" }).RefinerSwitch.ShouldBe(0.8);
        Filled(Plain with { Control = "c", ControlScale = 0.5 }).ControlScale.ShouldBe(0.5);
        Filled(Filled(Full)).ShouldBe(Filled(Full));
    }

    [Fact]
    public void Every_member_comes_back_as_it_was_written()
    {
        var json = JsonSerializer.Serialize(Full, RequestJson.Default.GenerationRequest);
        var (back, errors) = RequestDocument.Read(Encoding.UTF8.GetBytes(json));
        errors.ShouldBeEmpty();
        JsonSerializer.Serialize(back!, RequestJson.Default.GenerationRequest).ShouldBe(json);
        back.ShouldBe(Full with { Loras = back!.Loras, OriginalSize = back.OriginalSize, TargetSize = back.TargetSize, CropTopLeft = back.CropTopLeft });
        back.Loras.ShouldBe(Full.Loras);
        using var document = JsonDocument.Parse(json);
        // Those that are not in it are no part of this test.
        RequestDocument.Members.Except(document.RootElement.EnumerateObject().Select(m => m.Name))
            .ShouldBe(["negativePrompt", "seed", "steps", "guidance", "width", "height", "sampler", "schedule", "eta", "guidanceRescale"], ignoreOrder: true);
    }

    [Fact]
    public void A_LoRA_needs_no_weight()
    {
        var (request, _) = RequestDocument.Read("""{ "loras": [{ "file": "x" }] }"""u8.ToArray());
        request!.Loras.ShouldBe([new LoraChoice("x", 1)]);
    }

    [Theory]
    [InlineData("""{ "loras": [{ "weight": 1 }] }""", "loras")]
    [InlineData("""{ "loras": [{ "file": null }] }""", "loras")]
    [InlineData("""{ "loras": [{ "file": "x", "wieght": 0.5 }] }""", "loras")]
    [InlineData("""{ "loras": "x" }""", "loras")]
    [InlineData("""{ "originalSize": [1, null] }""", "originalSize")]
    [InlineData("""{ "originalSize": "1x2" }""", "originalSize")]
    [InlineData("""{ "emphasis": "yes" }""", "emphasis")]
    public void What_is_of_another_kind_is_refused(string json, string field)
    {
        var (request, errors) = RequestDocument.Read(Encoding.UTF8.GetBytes(json));
        request.ShouldBeNull();
        errors.ShouldHaveSingleItem().Field.ShouldStartWith(field);
        errors[0].Message.ShouldContain(field);
    }

    [Fact]
    public void Nothing_among_the_LoRAs_is_refused()
    {
        var (request, errors) = RequestDocument.Read("""{ "loras": [null] }"""u8.ToArray());
        (errors.Count > 0 ? errors : RequestValidator.Validate(request!, Model with { TakesAdapters = true })).ShouldHaveSingleItem().Field.ShouldStartWith("loras");
    }

    private static GenerationRequest Filled(GenerationRequest request) => RequestValidator.WithDefaults(request, Model, 1);
}

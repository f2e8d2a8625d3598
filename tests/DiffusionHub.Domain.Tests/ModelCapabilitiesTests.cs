using System.Text.Json;
using DiffusionHub.Domain.Requests;

namespace DiffusionHub.Domain.Tests;

public sealed class ModelCapabilitiesTests
{
    // As workers wrote it before there were schedules.
    private const string Old = """
        {"name":"sprout","family":"StableDiffusion","hash":"00","tasks":["text-to-image"],"samplers":["DDIM","Euler"],"defaultSteps":4,"maxSteps":50,
         "defaultGuidance":2,"defaultWidth":128,"defaultHeight":128,"minSide":128,"maxSide":128,"sideMultiple":8,"memoryBytes":1}
        """;

    [Fact]
    public void A_row_without_schedules_still_reads()
    {
        var model = JsonSerializer.Deserialize(Old, RequestJson.Default.ModelCapabilities)!;
        model.Schedules.ShouldBeEmpty();
        model.SamplersWithSchedules.ShouldBeEmpty();
        model.SamplerMaxSteps.ShouldBeEmpty();
        RequestValidator.Validate(new GenerationRequest { Model = "sprout", Prompt = "x", Sampler = "Euler", Schedule = "Automatic" }, model).ShouldBeEmpty();
        RequestValidator.Validate(new GenerationRequest { Model = "sprout", Prompt = "x", Sampler = "Euler", Schedule = "Karras" }, model)
            .ShouldHaveSingleItem().Message.ShouldContain("It knows: Automatic.");
    }

    [Fact]
    public void Schedules_come_back_as_they_were_written()
    {
        var model = JsonSerializer.Deserialize(Old, RequestJson.Default.ModelCapabilities)! with { Schedules = ["Karras"], SamplersWithSchedules = ["Euler"], SamplerMaxSteps = new Dictionary<string, int> { ["DDIM"] = 9 } };
        var back = JsonSerializer.Deserialize(JsonSerializer.Serialize(model, RequestJson.Default.ModelCapabilities), RequestJson.Default.ModelCapabilities)!;
        back.Schedules.ShouldBe(["Karras"]);
        back.SamplerMaxSteps.ShouldBe(model.SamplerMaxSteps);
        back.SamplersWithSchedules.ShouldBe(["Euler"]);
    }
}

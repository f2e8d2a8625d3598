using System.Text;
using System.Text.Json;
using DiffusionHub.Domain.Requests;

namespace DiffusionHub.Domain.Tests;

public sealed class RequestDocumentTests
{
    [Fact]
    public void A_request_comes_back_as_it_was_written()
    {
        var request = new GenerationRequest { Model = "m", Prompt = "りんご \"x\"", NegativePrompt = "", Seed = 4294967295, Steps = 3, Guidance = 1.5, Noise = "nv", Count = 2, Schedule = "Karras", Eta = 0.5, GuidanceRescale = 0.7 };
        var (back, errors) = RequestDocument.Read(JsonSerializer.SerializeToUtf8Bytes(request, RequestJson.Default.GenerationRequest));
        errors.ShouldBeEmpty();
        back.ShouldBe(request);
    }

    [Fact]
    public void What_is_absent_stays_absent()
    {
        var (request, _) = RequestDocument.Read("""{ "prompt": "x" }"""u8.ToArray());
        request.ShouldBe(new GenerationRequest { Prompt = "x" });
    }

    [Theory]
    [InlineData("""{ "stepz": 4 }""", "stepz", "steps")]
    [InlineData("""{ "Steps": 4 }""", "Steps", "steps")]
    [InlineData("""{ "task": "inpainting" }""", "task", "no part of a request")]
    [InlineData("""{ "steps": "4" }""", "steps", "wrong kind")]
    [InlineData("""{ "steps": 4.5 }""", "steps", "wrong kind")]
    [InlineData("""{ "count": null }""", "count", "wrong kind")]
    [InlineData("""{ "prompt": null }""", "prompt", "wrong kind")]
    [InlineData("""[]""", "", "object")]
    [InlineData("""{ "prompt": """, "", "JSON")]
    [InlineData("", "", "JSON")]
    public void Anything_else_is_refused_by_name(string json, string field, string said)
    {
        var (request, errors) = RequestDocument.Read(Encoding.UTF8.GetBytes(json));
        request.ShouldBeNull();
        var error = errors.ShouldHaveSingleItem();
        error.Field.ShouldBe(field);
        error.Message.ShouldContain(said);
    }
}

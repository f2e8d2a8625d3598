using System.Text;
using DiffusionHub.Web.Features.Api;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests;

public sealed class RequestReaderTests
{
    [Fact]
    public async Task Document_is_read()
    {
        var (request, error) = await ReadAsync("""{"model": "sprout", "prompt": "fig", "steps": 3, "count": 2}""");
        error.ShouldBeNull();
        (request!.Model, request.Prompt, request.Steps, request.Count, request.Seed).ShouldBe(("sprout", "fig", 3, 2, null));
    }

    [Theory]
    [InlineData("", "body")]
    [InlineData("null", "body")]
    [InlineData("[]", "body")]
    [InlineData("{", "body")]
    [InlineData("steps=3", "body")]
    [InlineData("""{"steps": "x"}""", "steps")]
    [InlineData("""{"steps": 1.5}""", "steps")]
    [InlineData("""{"steps": 99999999999}""", "steps")]
    [InlineData("""{"prompt": 7}""", "prompt")]
    [InlineData("""{"prompt": null}""", "prompt")]
    [InlineData("""{"model": null, "prompt": "fig"}""", "model")]
    [InlineData("""{"prompt": {"a": 1}}""", "prompt")]
    [InlineData("""{"stepz": 3}""", "stepz")]
    public async Task Wrong_document_is_told_by_its_field(string body, string field)
    {
        var (request, error) = await ReadAsync(body);
        request.ShouldBeNull();
        error.ShouldNotBeNull().Field.ShouldBe(field);
        error.Message.ShouldNotContain("System.");
    }

    [Fact]
    public async Task Unknown_field_is_answered_with_the_known_ones() =>
        (await ReadAsync("""{"stepz": 3}""")).Error!.Message.ShouldContain("negativePrompt");

    [Fact]
    public async Task Other_content_types_are_refused() => (await ReadAsync("{}", "text/plain")).Error!.Message.ShouldContain("application/json");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_over_the_limit_is_refused_also_without_a_length(bool withLength)
    {
        var body = $$"""{"prompt": "{{new string('a', RequestReader.MostText)}}"}""";
        var (request, error) = await ReadAsync(body, withLength: withLength);
        request.ShouldBeNull();
        error.ShouldNotBeNull().Field.ShouldBe("body");
        error.Message.ShouldContain("65,536");
    }

    [Fact]
    public async Task Picture_may_be_as_large_as_the_limit_for_pictures_but_not_the_text_beside_it()
    {
        var picture = new string('A', 1_000_000);
        (await ReadAsync($$"""{"prompt": "fig", "init": "{{picture}}"}""")).Request!.Init.ShouldBe(picture);
        var (request, error) = await ReadAsync($$"""{"prompt": "{{new string('a', RequestReader.MostText)}}", "init": "{{picture}}"}""");
        request.ShouldBeNull();
        error.ShouldNotBeNull().Message.ShouldContain("65,536");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_over_the_limit_for_pictures_is_refused_also_without_a_length(bool withLength)
    {
        var (request, error) = await ReadAsync($$"""{"init": "{{new string('A', RequestReader.MostWithPictures)}}"}""", withLength: withLength);
        request.ShouldBeNull();
        error.ShouldNotBeNull().Message.ShouldContain("50,331,648");
    }

    private static async Task<(Domain.Requests.GenerationRequest? Request, Domain.Requests.FieldError? Error)> ReadAsync(
        string body, string type = "application/json", bool withLength = true)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var http = new DefaultHttpContext { Request = { ContentType = type, Body = new MemoryStream(bytes), ContentLength = withLength ? bytes.Length : null } };
        var (request, errors) = await RequestReader.ReadAsync(http.Request);
        return (request, errors.Count > 0 ? errors[0] : null);
    }
}

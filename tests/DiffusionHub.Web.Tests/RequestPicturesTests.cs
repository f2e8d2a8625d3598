using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests;

public sealed class RequestPicturesTests(WebFixture web) : IClassFixture<WebFixture>
{
    private static readonly Uri Jobs = new("/api/v1/jobs", UriKind.Relative);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Inline_pictures_become_uploads_and_the_size_is_the_first_ones(bool asUri)
    {
        var png = TestPictures.Png(301, 200);
        var init = asUri ? TestPictures.DataUri(png) : Convert.ToBase64String(png);
        var stored = await AcceptedAsync(new { model = "sprout", prompt = "fig", init, mask = TestPictures.DataUri(TestPictures.Png(64, 64, 255)) });
        stored.GetProperty("init").GetString()!.ShouldStartWith("upload:");
        stored.GetProperty("mask").GetString()!.ShouldStartWith("upload:");
        // The model of these tests makes 128 × 128 only.
        (stored.GetProperty("width").GetInt32(), stored.GetProperty("height").GetInt32(), stored.GetProperty("strength").GetDouble()).ShouldBe((128, 128, 1));
        using var upload = await web.Http.GetAsync(new Uri($"/uploads/{stored.GetProperty("init").GetString()![7..]}.png", UriKind.Relative), TestContext.Current.CancellationToken);
        upload.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Upload_is_named_in_any_number_of_requests()
    {
        using var upload = await web.Http.PostAsync(new Uri("/api/v1/uploads", UriKind.Relative), new ByteArrayContent(TestPictures.Png()), TestContext.Current.CancellationToken);
        var reference = (await upload.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("reference").GetString();
        for (var i = 0; i < 2; i++)
        {
            var stored = await AcceptedAsync(new { model = "sprout", prompt = "fig", init = reference, strength = 0.5 });
            (stored.GetProperty("init").GetString(), stored.GetProperty("strength").GetDouble()).ShouldBe((reference, 0.5));
        }
    }

    [Theory]
    [InlineData("init", "cat.png", "must be a picture")]
    [InlineData("init", "", "cannot read this picture|empty|must be a picture")]
    [InlineData("init", "data:image/png,abc", ";base64,")]
    [InlineData("init", "data:image/png;base64,###", "not valid base64")]
    [InlineData("init", "data:text/plain;base64,SSBhbSBhIHBvZW0=", "cannot read this picture")]
    [InlineData("init", "upload:0000000000000000000000000000000000000000000000000000000000000000", "there is no upload")]
    [InlineData("init", "upload:../../etc/passwd", "there is no upload")]
    [InlineData("init", "picture:01a1fc82-233d-7a97-b75e-c5f8df127b78", "you have no picture")]
    [InlineData("init", "picture:x", "you have no picture")]
    [InlineData("mask", "SSBhbSBhIHBvZW0=", "cannot read this picture")]
    [InlineData("control", "SSBhbSBhIHBvZW0=", "cannot read this picture")]
    public async Task Wrong_picture_is_told_at_its_field_and_nothing_is_queued(string field, string value, string said)
    {
        var before = await web.JobsAsync();
        var body = new Dictionary<string, string>(StringComparer.Ordinal) { ["model"] = "sprout", ["prompt"] = "fig", [field] = value };
        if (field == "mask")
        {
            body["init"] = TestPictures.DataUri(TestPictures.Png());
        }

        using var answer = await web.Http.PostAsJsonAsync(Jobs, body, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, text);
        var message = JsonDocument.Parse(text).RootElement.GetProperty("errors").GetProperty(field)[0].GetString()!;
        said.Split('|').ShouldContain(part => message.Contains(part, StringComparison.Ordinal), message);
        (await web.JobsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Depth_of_another_size_is_told_before_anything_is_queued()
    {
        var before = await web.JobsAsync();
        var body = new { model = "sprout", prompt = "fig", init = TestPictures.DataUri(TestPictures.Png(64, 64)), depth = TestPictures.DataUri(TestPictures.Png(32, 64)) };
        using var answer = await web.Http.PostAsJsonAsync(Jobs, body, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, text);
        JsonDocument.Parse(text).RootElement.GetProperty("errors").GetProperty("depth")[0].GetString()!.ShouldContain("32 × 64 and the picture 64 × 64");
        (await web.JobsAsync()).ShouldBe(before);
    }

    [Theory]
    [InlineData("loras", """[{"file": "fern"}]""", "There is no LoRA named “fern”. Those that fit: moss.")]
    [InlineData("loras", """[{"file": "moss"}, {"file": "oak-bark"}]""", "The LoRA “oak-bark” is for StableDiffusionXl; the model “sprout” is StableDiffusion 1. Those that fit: moss.")]
    [InlineData("vae", "\"moss\"", "There is no VAE named “moss”")]
    [InlineData("refiner", "\"moss\"", "There is no refiner named “moss”")]
    public async Task Unknown_part_is_told_with_those_that_there_are(string field, string value, string said)
    {
        using var content = new StringContent($$"""{"model": "sprout", "prompt": "fig", "{{field}}": {{value}}}""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await web.Http.PostAsync(Jobs, content, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, text);
        JsonDocument.Parse(text).RootElement.GetProperty("errors").GetProperty(field)[0].GetString()!.ShouldContain(said);
    }

    [Fact]
    public async Task Assets_are_listed_with_what_they_fit()
    {
        var assets = await web.Http.GetFromJsonAsync<JsonElement>(new Uri("/api/v1/assets?kind=lora", UriKind.Relative), TestContext.Current.CancellationToken);
        assets.EnumerateArray().Select(a => a.GetProperty("name").GetString()).ShouldBe(["moss", "oak-bark"]);
        (assets[0].GetProperty("fits")[0].GetString(), assets[0].GetProperty("triggerWords")[0].GetString(), assets[0].GetProperty("defaultWeight").GetDouble()).ShouldBe(("StableDiffusion 1", "mossy", 0.8));
        (await web.Http.GetFromJsonAsync<JsonElement>(new Uri("/api/v1/assets?kind=vae", UriKind.Relative), TestContext.Current.CancellationToken)).GetArrayLength().ShouldBe(0);
        (await AcceptedAsync(new { model = "sprout", prompt = "fig", loras = new[] { new { file = "moss" } } })).GetProperty("loras")[0].GetProperty("weight").GetDouble().ShouldBe(1);
    }

    // The stored document of an accepted request; its job does not stay.
    private async Task<JsonElement> AcceptedAsync(object body)
    {
        using var answer = await web.Http.PostAsJsonAsync(Jobs, body);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("jobIds")[0].GetInt64();
        var row = (await web.Queue.ReadJobsAsync([id])).ShouldHaveSingleItem();
        using var cancelled = await web.Http.DeleteAsync(new Uri($"/api/v1/jobs/{id}", UriKind.Relative));
        return JsonDocument.Parse(row.Payload).RootElement;
    }
}

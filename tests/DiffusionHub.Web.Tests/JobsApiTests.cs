using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using DiffusionHub.Domain.People;
using DiffusionHub.Queue;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests;

public sealed class JobsApiTests(WebFixture web) : IClassFixture<WebFixture>
{
    private static readonly Uri Jobs = new("/api/v1/jobs", UriKind.Relative);

    public static TheoryData<string, string, string> BadRequests => new()
    {
        { """{"model": "sprout", "prompt": "fig", "steps": 0}""", "steps", "from 1 to 50" },
        { """{"model": "sprout", "prompt": "fig", "steps": 1000}""", "steps", "from 1 to 50" },
        { """{"model": "sprout", "prompt": "fig", "steps": "x"}""", "steps", "wrong kind" },
        { """{"model": "sprout", "prompt": "fig", "count": 99}""", "count", "from 1 to 8" },
        { """{"model": "sprout", "prompt": "fig", "count": 0}""", "count", "from 1 to 8" },
        { """{"model": "sprout", "prompt": "fig", "seed": -1}""", "seed", "from 0" },
        { """{"model": "sprout", "prompt": "fig", "seed": 4294967295, "count": 2}""", "seed", "4294967294" },
        { """{"model": "sprout", "prompt": "fig", "guidance": 31}""", "guidance", "from 0 to 30" },
        { """{"model": "sprout", "prompt": "fig", "width": 130}""", "width", "128" },
        { """{"model": "sprout", "prompt": "fig", "sampler": "Heun"}""", "sampler", "DDIM" },
        { """{"model": "sprout", "prompt": "fig", "sampler": "Euler", "schedule": "Karas"}""", "schedule", "Automatic, Normal, Karras" },
        { """{"model": "sprout", "prompt": "fig", "sampler": "DDIM", "schedule": "Karras"}""", "schedule", "noise levels of its own" },
        { """{"model": "sprout", "prompt": "fig", "eta": 1.5}""", "eta", "from 0 to 1" },
        { """{"model": "sprout", "prompt": "fig", "guidanceRescale": -1}""", "guidanceRescale", "from 0 to 1" },
        { """{"model": "sprout", "prompt": "fig", "noise": "tpu"}""", "noise", "cpu or nv" },
        { """{"model": "sprout", "prompt": "a\u0000b"}""", "prompt", "cannot be stored" },
        { """{"model": "oak", "prompt": "fig"}""", "model", "sprout" },
        { """{"prompt": "fig"}""", "model", "sprout" },
        { """{"model": "sprout", "prompt": "fig", "stepz": 3}""", "stepz", "negativePrompt" },
        { """{"model": "sprout", """, "body", "not valid JSON" },
        { "steps=3", "body", "not valid JSON" },
        { "", "body", "empty" },
        { "null", "body", "object" },
        { $$"""{"model": "sprout", "prompt": "{{new string('a', 50_000)}}"}""", "prompt", "50,000" },
        { $$"""{"model": "sprout", "prompt": "{{new string('a', 100_000)}}"}""", "body", "65,536" },
    };

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task Bad_request_is_told_by_its_field_and_queues_nothing(string body, string field, string said)
    {
        var before = await web.JobsAsync();
        using var answer = await PostAsync(body);
        await HoldsRefusalAsync(answer, field, said);
        (await web.JobsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Body_that_does_not_tell_its_length_has_the_same_limit()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Jobs);
        request.Headers.TransferEncodingChunked = true;
        request.Content = new StringContent($$"""{"model": "sprout", "prompt": "{{new string('a', 100_000)}}"}""", Encoding.UTF8, "application/json");
        using var answer = await web.Http.SendAsync(request, TestContext.Current.CancellationToken);
        await HoldsRefusalAsync(answer, "body", "65,536");
    }

    [Fact]
    public async Task Other_content_type_is_told()
    {
        using var content = new StringContent("{}", Encoding.UTF8, "text/plain");
        using var answer = await web.Http.PostAsync(Jobs, content, TestContext.Current.CancellationToken);
        await HoldsRefusalAsync(answer, "body", "application/json");
    }

    [Fact]
    public async Task Accepted_request_is_one_job_a_picture_that_can_be_read_and_cancelled()
    {
        var before = await web.JobsAsync();
        using var answer = await PostAsync("""{"model": "sprout", "prompt": "fig", "seed": 7, "count": 3}""");
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var accepted = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        var ids = accepted.GetProperty("jobIds").EnumerateArray().Select(id => id.GetInt64()).ToList();
        ids.Count.ShouldBe(3);
        (await web.JobsAsync()).ShouldBe(before + 3);
        var rows = await web.Queue.ReadJobsAsync(ids, cancellationToken: TestContext.Current.CancellationToken);
        rows.Select(r => r.GroupId).Distinct().ShouldBe([accepted.GetProperty("groupId").GetGuid()]);
        rows.OrderBy(r => r.JobId).Select(r => JsonDocument.Parse(r.Payload).RootElement.GetProperty("seed").GetInt64()).ShouldBe([7, 8, 9]);

        answer.Headers.Location!.ToString().ShouldEndWith($"/api/v1/jobs/{ids[0]}");
        var job = await web.Http.GetFromJsonAsync<JsonElement>(answer.Headers.Location, TestContext.Current.CancellationToken);
        job.GetProperty("state").GetString().ShouldBe("Enqueued");

        foreach (var id in ids)
        {
            using var cancelled = await web.Http.DeleteAsync(new Uri($"/api/v1/jobs/{id}", UriKind.Relative), TestContext.Current.CancellationToken);
            cancelled.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        }

        job = await web.Http.GetFromJsonAsync<JsonElement>(answer.Headers.Location, TestContext.Current.CancellationToken);
        job.GetProperty("state").GetString().ShouldBe("Deleted");
    }

    [Fact]
    public async Task Waiting_job_says_its_place_its_start_and_why_it_waits()
    {
        var jobs = await web.Queue.SubmitAsync([.. Enumerable.Range(0, 2).Select(i => new NewJob(User.LocalId, Guid.NewGuid(), "interactive", "sprout", $"k{i}", Make.Payload) { CostMilliseconds = 30_000 })]);
        var address = new Uri($"/api/v1/jobs/{jobs[1]}", UriKind.Relative);
        var job = await web.Http.GetFromJsonAsync<JsonElement>(address, TestContext.Current.CancellationToken);
        (job.GetProperty("position").GetInt32(), job.GetProperty("waitsFor").GetString()).ShouldBe((2, "NoWorker"));
        job.GetProperty("startsInMilliseconds").ValueKind.ShouldBe(JsonValueKind.Null);
        var page = WebUtility.HtmlDecode(await web.Http.GetStringAsync(new Uri("/admin/queue", UriKind.Relative), TestContext.Current.CancellationToken));
        page.ShouldContain("No worker has “sprout” right now.");

        var worker = await web.WorkerAsync();
        job = await web.Http.GetFromJsonAsync<JsonElement>(address, TestContext.Current.CancellationToken);
        job.GetProperty("waitsFor").GetString().ShouldBe("Line");
        job.GetProperty("startsInMilliseconds").GetInt64().ShouldBeInRange(29_000, 30_000);
        page = await web.Http.GetStringAsync(new Uri("/admin/queue", UriKind.Relative), TestContext.Current.CancellationToken);
        page.ShouldContain("about 30 s");

        await new WorkerRegistry(web.Database, web.Queue.Notifier).UnregisterAsync(worker.WorkerId, TestContext.Current.CancellationToken);
        await web.Queue.CancelAsync(jobs, User.LocalId, TestContext.Current.CancellationToken);
        job = await web.Http.GetFromJsonAsync<JsonElement>(address, TestContext.Current.CancellationToken);
        (job.GetProperty("position").ValueKind, job.GetProperty("waitsFor").ValueKind).ShouldBe((JsonValueKind.Null, JsonValueKind.Null));
    }

    [Fact]
    public async Task Sampler_and_schedule_in_one_name_are_stored_apart()
    {
        using var answer = await PostAsync("""{"model": "sprout", "prompt": "fig", "sampler": "euler karras", "eta": 0}""");
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var accepted = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        var id = accepted.GetProperty("jobIds")[0].GetInt64();
        var row = (await web.Queue.ReadJobsAsync([id], cancellationToken: TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        var stored = JsonDocument.Parse(row.Payload).RootElement;
        (stored.GetProperty("sampler").GetString(), stored.GetProperty("schedule").GetString()).ShouldBe(("Euler", "Karras"));
        stored.TryGetProperty("eta", out _).ShouldBeFalse();
        using var cancelled = await web.Http.DeleteAsync(new Uri($"/api/v1/jobs/{id}", UriKind.Relative), TestContext.Current.CancellationToken);
        cancelled.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData("GET", "/api/v1/jobs/999999")]
    [InlineData("DELETE", "/api/v1/jobs/999999")]
    public async Task Unknown_job_is_not_found_in_plain_words(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        using var answer = await web.Http.SendAsync(request, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("There is no job 999999.");
    }

    [Theory]
    [InlineData("/api/v1/jobs/x", HttpStatusCode.NotFound)]
    [InlineData("/pictures/01a1fc82-233d-7a97-b75e-c5f8df127b78.png", HttpStatusCode.NotFound)]
    [InlineData("/pictures/01a1fc82-233d-7a97-b75e-c5f8df127b78.png?download=true", HttpStatusCode.NotFound)]
    [InlineData("/pictures/01a1fc82-233d-7a97-b75e-c5f8df127b78/thumbnail.webp", HttpStatusCode.NotFound)]
    [InlineData("/pictures/x.png", HttpStatusCode.NotFound)]
    [InlineData("/pictures/../../etc/passwd", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/pictures?limit=0", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/pictures?limit=201", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/pictures?limit=x", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/pictures?before=x", HttpStatusCode.BadRequest)]
    public async Task What_is_not_there_is_answered_without_a_fault(string path, HttpStatusCode code)
    {
        using var answer = await web.Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(code);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Models_in_use_are_listed()
    {
        var models = await web.Http.GetFromJsonAsync<JsonElement>(new Uri("/api/v1/models", UriKind.Relative), TestContext.Current.CancellationToken);
        models.EnumerateArray().ShouldHaveSingleItem().GetProperty("name").GetString().ShouldBe("sprout");
    }

    private static async Task HoldsRefusalAsync(HttpResponseMessage answer, string field, string said)
    {
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, text);
        var errors = JsonDocument.Parse(text).RootElement.GetProperty("errors");
        errors.EnumerateObject().Select(e => e.Name).ShouldBe([field]);
        string.Join(' ', errors.GetProperty(field).EnumerateArray().Select(e => e.GetString())).ShouldContain(said);
        text.ShouldNotContain("   at ");
    }

    private async Task<HttpResponseMessage> PostAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        return await web.Http.PostAsync(Jobs, content);
    }
}

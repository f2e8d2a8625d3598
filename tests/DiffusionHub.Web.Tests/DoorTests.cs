using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using DiffusionHub.Queue;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests;

/// <summary>Who may come in, and what the node says of itself.</summary>
public sealed class DoorTests(WebFixture web) : IClassFixture<WebFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("http://127.0.0.1:1", HttpStatusCode.Forbidden)]
    [InlineData(null, HttpStatusCode.Accepted)]
    [InlineData("own", HttpStatusCode.Accepted)]
    public async Task Another_sites_page_queues_nothing(string? origin, HttpStatusCode code)
    {
        var before = await web.JobsAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/jobs") { Content = JsonContent.Create(new { model = "sprout", prompt = "fig" }) };
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin == "own" ? web.Address.GetLeftPart(UriPartial.Authority) : origin);
        }

        using var answer = await web.Http.SendAsync(request, Stop);
        answer.StatusCode.ShouldBe(code);
        (await web.JobsAsync()).ShouldBe(code == HttpStatusCode.Accepted ? before + 1 : before);
    }

    [Theory]
    [InlineData("/hubs/jobs")]
    [InlineData("/_blazor")]
    public async Task Another_sites_page_opens_no_live_line(string path)
    {
        var address = new UriBuilder(new Uri(web.Address, path)) { Scheme = "ws" }.Uri;
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", "https://evil.example");
        (await Should.ThrowAsync<WebSocketException>(() => socket.ConnectAsync(address, Stop))).Message.ShouldContain("403");
    }

    [Theory]
    [InlineData("evil.example", HttpStatusCode.BadRequest)]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("localhost", HttpStatusCode.OK)]
    public async Task Only_this_machines_names_are_answered(string host, HttpStatusCode code)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live") { Headers = { Host = $"{host}:{web.Address.Port}" } };
        using var answer = await web.Http.SendAsync(request, Stop);
        answer.StatusCode.ShouldBe(code);
    }

    [Fact]
    public async Task Node_is_ready_once_a_worker_is_alive_and_says_why_not_before()
    {
        using (var answer = await web.Http.GetAsync(new Uri("/health/ready", UriKind.Relative), Stop))
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await ReasonAsync(answer)).ShouldContain("worker");
        }

        var registry = new WorkerRegistry(web.Database, web.Queue.Notifier);
        var worker = await registry.RegisterAsync(new WorkerDescription(Guid.NewGuid(), "w", "here", 1, "cpu", ["sprout"]), Stop);
        using (var answer = await web.Http.GetAsync(new Uri("/health/ready", UriKind.Relative), Stop))
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        await registry.UnregisterAsync(worker.WorkerId, Stop);
    }

    [Fact]
    public async Task Database_away_is_told_in_plain_words_and_over_when_it_is_back()
    {
        using var content = JsonContent.Create(new { model = "sprout", prompt = "fig" });
        await web.Line.CutAsync();
        var before = await web.JobsAsync();
        try
        {
            using var submitted = await web.Http.PostAsync(new Uri("/api/v1/jobs", UriKind.Relative), content, Stop);
            submitted.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            submitted.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
            var text = await submitted.Content.ReadAsStringAsync(Stop);
            text.ShouldContain("Nothing was queued");
            text.ShouldNotContain("Npgsql");

            using var ready = await web.Http.GetAsync(new Uri("/health/ready", UriKind.Relative), Stop);
            ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await ReasonAsync(ready)).ShouldContain("database");
            using var live = await web.Http.GetAsync(new Uri("/health/live", UriKind.Relative), Stop);
            live.StatusCode.ShouldBe(HttpStatusCode.OK);

            using var page = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Accept", "text/html" } } };
            using var shown = await web.Http.SendAsync(page, Stop);
            shown.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await shown.Content.ReadAsStringAsync(Stop)).ShouldContain("http-equiv=\"refresh\"");
        }
        finally
        {
            web.Line.Mend();
        }

        using var again = JsonContent.Create(new { model = "sprout", prompt = "fig" });
        using var accepted = await web.Http.PostAsync(new Uri("/api/v1/jobs", UriKind.Relative), again, Stop);
        accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await web.JobsAsync()).ShouldBe(before + 1);
    }

    [Fact]
    public async Task Blazors_script_is_sent_small_and_kept_for_good()
    {
        var address = new Uri($"/{Shared.Net.BlazorScript.Address}", UriKind.Relative);
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { { "Accept-Encoding", "br" } } };
        using var small = await web.Http.SendAsync(request, Stop);
        using var plain = await web.Http.GetAsync(address, Stop);
        (small.StatusCode, plain.StatusCode).ShouldBe((HttpStatusCode.OK, HttpStatusCode.OK));
        small.Content.Headers.ContentEncoding.ShouldBe(["br"]);
        plain.Content.Headers.ContentType!.MediaType.ShouldBe("text/javascript");
        plain.Headers.CacheControl!.ToString().ShouldContain("immutable");
        (await small.Content.ReadAsByteArrayAsync(Stop)).Length.ShouldBeLessThan((await plain.Content.ReadAsByteArrayAsync(Stop)).Length / 2);
    }

    private static async Task<string> ReasonAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("reasons")[0].GetString()!;
}

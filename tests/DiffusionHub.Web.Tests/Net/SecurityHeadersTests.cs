using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DiffusionHub.Imaging;
using DiffusionHub.Tests;
using DiffusionHub.Web.Shared.Net;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests.Net;

/// <summary>What the answers tell a browser.</summary>
public sealed class SecurityHeadersTests(WebFixture web) : IClassFixture<WebFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/", null, HttpStatusCode.OK)]
    [InlineData("/nowhere", null, HttpStatusCode.NotFound)]
    [InlineData("/admin/health", null, HttpStatusCode.OK)]
    [InlineData("/css/app.css", null, HttpStatusCode.OK)]
    [InlineData("/_framework/blazor.web.js", null, HttpStatusCode.OK)]
    [InlineData("/api/v1/models", null, HttpStatusCode.OK)]
    [InlineData("/api/v1/nothing", null, HttpStatusCode.NotFound)]
    [InlineData("/health/live", null, HttpStatusCode.OK)]
    [InlineData("/health/live", "evil.example", HttpStatusCode.BadRequest)]
    public async Task Every_answer_has_them(string path, string? host, HttpStatusCode code)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = host } };
        using var answer = await web.Http.SendAsync(request, Stop);
        answer.StatusCode.ShouldBe(code);
        Header(answer, "Content-Security-Policy").ShouldBe(SecurityHeaders.PagePolicy);
        Header(answer, "X-Content-Type-Options").ShouldBe("nosniff");
        Header(answer, "Referrer-Policy").ShouldBe("same-origin");
        Header(answer, "Cross-Origin-Opener-Policy").ShouldBe("same-origin");
        Header(answer, "Cross-Origin-Resource-Policy").ShouldBe("same-origin");
        Header(answer, "Permissions-Policy")!.ShouldContain("camera=()");
        Header(answer, "Strict-Transport-Security").ShouldBeNull("this is not TLS");
        Header(answer, "Server").ShouldBeNull();
        if (answer.Content.Headers.ContentType?.MediaType is "text/html" or "application/json" or "application/problem+json")
        {
            Header(answer, "Cache-Control")!.ShouldContain("no-store");
        }
    }

    [Fact]
    public void Policy_lets_no_script_in_but_the_hubs_own_files()
    {
        var rules = SecurityHeaders.PagePolicy.Split("; ").Select(r => r.Split(' ', 2)).ToDictionary(r => r[0], r => r[1], StringComparer.Ordinal);
        rules["default-src"].ShouldBe("'none'");
        rules["script-src"].ShouldBe("'self'");
        rules["style-src"].ShouldBe("'self'");
        foreach (var never in new[] { "unsafe-eval", "unsafe-hashes", "http:", "https:", "*" })
        {
            SecurityHeaders.PagePolicy.ShouldNotContain(never);
        }
    }

    [Fact]
    public async Task Pictures_are_nobodys_page()
    {
        using var sent = new ByteArrayContent(ImageCodec.Png(new RgbImage(8, 8, new byte[192])));
        using var stored = await web.Http.PostAsync(new Uri("/api/v1/uploads", UriKind.Relative), sent, Stop);
        foreach (var path in new[] { stored.Headers.Location!.ToString(), stored.Headers.Location!.ToString().Replace(".png", "/thumbnail.webp", StringComparison.Ordinal), "/icon.svg" })
        {
            using var answer = await web.Http.GetAsync(new Uri(path, UriKind.Relative), Stop);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            Header(answer, "Content-Security-Policy").ShouldBe(SecurityHeaders.PicturePolicy);
            Header(answer, "Content-Security-Policy")!.ShouldContain("sandbox");
            Header(answer, "X-Content-Type-Options").ShouldBe("nosniff");
        }
    }

    [Theory]
    [InlineData("/gallery", "text/html")]
    [InlineData("/api/v1/pictures", "application/problem+json")]
    public async Task What_breaks_is_said_without_how(string path, string type)
    {
        await RunAsync("ALTER TABLE hub.picture RENAME TO picture_away");
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept", type == "text/html" ? "text/html,*/*;q=0.8" : "application/json" } } };
            using var answer = await web.Http.SendAsync(request, Stop);
            answer.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe(type);
            Header(answer, "Content-Security-Policy").ShouldBe(SecurityHeaders.PagePolicy);
            var text = await answer.Content.ReadAsStringAsync(Stop);
            text.ShouldContain("Something went wrong here");
            foreach (var detail in new[] { "42P01", "Npgsql", "Exception", "SELECT", "relation", "hub.picture", "   at ", ".cs" })
            {
                text.ShouldNotContain(detail, Case.Sensitive);
            }
        }
        finally
        {
            await RunAsync("ALTER TABLE hub.picture_away RENAME TO picture");
        }

        // The administrator finds it in the log.
        await web.SaidAsync("42P01");
        if (new Npgsql.NpgsqlConnectionStringBuilder(web.Line.ConnectionString).Password is { Length: > 0 } password)
        {
            web.Output.ShouldNotContain(password);
        }
    }

    [Fact]
    public async Task What_a_request_may_weigh_is_limited()
    {
        (await CodeAsync(r => r.Headers.Add("X-Long", new string('a', 40_000)))).ShouldBe(HttpStatusCode.RequestHeaderFieldsTooLarge);
        (await CodeAsync(r => Enumerable.Range(0, 100).ToList().ForEach(i => r.Headers.Add($"X-{i}", "a")))).ShouldBe(HttpStatusCode.RequestHeaderFieldsTooLarge);
        (await CodeAsync(r => r.RequestUri = new Uri($"/health/live?{new string('a', 9_000)}", UriKind.Relative))).ShouldBe(HttpStatusCode.RequestUriTooLong);
        (await CodeAsync(r => r.Content = JsonContent.Create(JsonSerializer.SerializeToElement(new string('a', 2_000_000))), "/account/sign-in")).ShouldNotBe(HttpStatusCode.OK);
    }

    private async Task<HttpStatusCode> CodeAsync(Action<HttpRequestMessage> spoil, string path = "/health/live")
    {
        using var request = new HttpRequestMessage(path == "/health/live" ? HttpMethod.Get : HttpMethod.Post, path);
        spoil(request);
        using var answer = await web.Http.SendAsync(request, Stop);
        return answer.StatusCode;
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) || answer.Content.Headers.TryGetValues(name, out values) ? string.Join(" | ", values) : null;

    private Task RunAsync(string sql) => TestServer.RunAsOwnerAsync(web.Database.ConnectionString, sql);
}

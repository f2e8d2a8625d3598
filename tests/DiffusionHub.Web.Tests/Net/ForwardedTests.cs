using System.Net;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests.Net;

/// <summary>Whom the node believes who asks, by which name and over which protocol; and what it does with who tries passwords.</summary>
public sealed class ForwardedTests(ProxiedWebFixture proxied, WebFixture bare) : IClassFixture<ProxiedWebFixture>, IClassFixture<WebFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Proxys_protocol_is_believed_and_nobody_elses()
    {
        (await AskAsync(proxied, "/health/live", ("X-Forwarded-Proto", "https"))).Tls.ShouldBe("max-age=31536000");
        (await AskAsync(proxied, "/health/live")).Tls.ShouldBeNull();
        (await AskAsync(bare, "/health/live", ("X-Forwarded-Proto", "https"))).Tls.ShouldBeNull();
    }

    [Fact]
    public async Task Host_is_looked_at_as_the_proxy_says_it()
    {
        (await AskAsync(proxied, "/health/live", ("X-Forwarded-Host", "pictures.example"))).Code.ShouldBe(HttpStatusCode.OK);
        (await AskAsync(proxied, "/health/live", ("X-Forwarded-Host", "evil.example"))).Code.ShouldBe(HttpStatusCode.BadRequest);
        (await AskAsync(bare, "/health/live", ("X-Forwarded-Host", "evil.example"))).Code.ShouldBe(HttpStatusCode.OK, "it is not heeded at all");
        (await AskAsync(bare, "/health/live", ("Host", "evil.example"), ("X-Forwarded-Host", "127.0.0.1"))).Code.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Who_tries_passwords_is_refused_after_20_and_others_are_not()
    {
        (await TryAsync(proxied, 20, _ => "203.0.113.5")).ShouldAllBe(code => code != HttpStatusCode.TooManyRequests);
        using var refused = await PostAsync(proxied, "203.0.113.5");
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 6);
        (await TryAsync(proxied, 1, _ => "203.0.113.6")).ShouldAllBe(code => code != HttpStatusCode.TooManyRequests);
        // Another address before the own one, as a visitor may write it, helps nobody.
        (await TryAsync(proxied, 10, i => $"198.51.100.{i}, 203.0.113.5")).ShouldContain(HttpStatusCode.TooManyRequests);
        // Nor does a page get another answer than a program.
        using var page = await PostAsync(proxied, "203.0.113.5", "text/html");
        (page.StatusCode, page.Content.Headers.ContentType!.MediaType).ShouldBe((HttpStatusCode.TooManyRequests, "text/html"));
    }

    [Fact]
    public async Task Addresses_of_one_line_count_together()
    {
        (await TryAsync(proxied, 30, i => $"2001:db8:1:2::{i + 1:x}")).Count(code => code == HttpStatusCode.TooManyRequests).ShouldBeGreaterThan(7);
        (await TryAsync(proxied, 1, _ => "2001:db8:1:3::1")).ShouldAllBe(code => code != HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Visitor_does_not_choose_his_address() =>
        (await TryAsync(bare, 30, i => $"203.0.113.{i}")).Count(code => code == HttpStatusCode.TooManyRequests).ShouldBeGreaterThan(7);

    private static async Task<List<HttpStatusCode>> TryAsync(WebFixture web, int times, Func<int, string> address)
    {
        var codes = new List<HttpStatusCode>();
        for (var i = 0; i < times; i++)
        {
            using var answer = await PostAsync(web, address(i));
            codes.Add(answer.StatusCode);
        }

        return codes;
    }

    private static async Task<HttpResponseMessage> PostAsync(WebFixture web, string address, string accept = "*/*")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/account/sign-in") { Headers = { { "X-Forwarded-For", address }, { "Accept", accept } } };
        return await web.Http.SendAsync(request, Stop);
    }

    private static async Task<(HttpStatusCode Code, string? Tls)> AskAsync(WebFixture web, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await web.Http.SendAsync(request, Stop);
        return (answer.StatusCode, answer.Headers.TryGetValues("Strict-Transport-Security", out var tls) ? tls.Single() : null);
    }
}

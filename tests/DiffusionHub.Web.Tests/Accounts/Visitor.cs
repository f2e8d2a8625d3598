using System.Net;
using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests.Accounts;

/// <summary>A browser without scripts: keeps cookies, fills forms, follows no redirects.</summary>
internal sealed partial class Visitor : IDisposable
{
    private static int _visitors;
    private readonly HttpClientHandler _handler = new() { AllowAutoRedirect = false };

    public Visitor(Uri address)
    {
        Http = new HttpClient(_handler) { BaseAddress = address };
        Http.DefaultRequestHeaders.Add("Accept", "text/html,application/json");
        // An address of its own, as a proxy would say it: visitors do not share a limit.
        Http.DefaultRequestHeaders.Add("X-Forwarded-For", $"10.1.{Interlocked.Increment(ref _visitors) / 250}.{1 + (_visitors % 250)}");
    }

    public HttpClient Http { get; }

    public CookieContainer Cookies => _handler.CookieContainer;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync(new Uri(path, UriKind.Relative), Stop);

    /// <summary>A page's text; it must be there.</summary>
    public async Task<string> TextAsync(string path)
    {
        using var answer = await GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Stop));
    }

    /// <summary>Opens a page and sends its form with these fields over its hidden ones.</summary>
    public async Task<HttpResponseMessage> SendAsync(string path, string? host = null, params (string Name, string Value)[] fields)
    {
        var page = await TextAsync(path);
        var form = Hidden().Matches(page).ToDictionary(m => m.Groups["name"].Value, m => m.Groups["value"].Value, StringComparer.Ordinal);
        foreach (var (name, value) in fields)
        {
            form[name] = value;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Host = host;
        return await Http.SendAsync(request, Stop);
    }

    /// <summary>Signs in with a password; where the hub leads to then.</summary>
    public async Task<string?> SignInAsync(string email, string password = AccountsFixture.Password)
    {
        using var answer = await SendAsync("/account/sign-in", null, ("Form.Email", email), ("Form.Password", password));
        return PathOf(answer);
    }

    /// <summary>Where an answer leads to; null: nowhere.</summary>
    public static string? PathOf(HttpResponseMessage answer) =>
        answer.Headers.Location is { IsAbsoluteUri: true } whole ? whole.PathAndQuery : answer.Headers.Location?.ToString();

    public void Dispose()
    {
        Http.Dispose();
        _handler.Dispose();
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)" ?/?>""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hidden();
}

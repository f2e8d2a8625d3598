using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using DiffusionHub.Cli.Shell;

namespace DiffusionHub.Cli.Commands.Bench.SignIn;

/// <summary>People at browsers without scripts who try to sign in, each from an address of their own unless they say otherwise.</summary>
internal sealed partial class Visitors(string url) : IDisposable
{
    private const string Page = "/account/sign-in";
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(url) };
    private int _last;
    private (string Cookie, string Token, string Handler)? _form;

    public HttpClient Http => _http;

    /// <summary>Sends a wrong password; returns the milliseconds until the answer was read.</summary>
    public async Task<double> TryAsync(string email, CancellationToken stop)
    {
        using var request = await WrongAsync(email, address: null, stop);
        var begun = Stopwatch.GetTimestamp();
        using var answer = await _http.SendAsync(request, stop);
        await answer.Content.ReadAsByteArrayAsync(stop);
        var time = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        return answer.StatusCode == HttpStatusCode.OK ? time : throw new CommandException(string.Format(CultureInfo.InvariantCulture, SignInTexts.Unexpected, (int)answer.StatusCode));
    }

    /// <summary>The form with a wrong password, from an address or from one that nobody had.</summary>
    public async Task<HttpRequestMessage> WrongAsync(string email, string? address, CancellationToken stop)
    {
        var (cookie, token, handler) = _form ??= await FormAsync(stop);
        var number = Interlocked.Increment(ref _last);
        var request = new HttpRequestMessage(HttpMethod.Post, Page)
        {
            Content = new FormUrlEncodedContent([new("__RequestVerificationToken", token), new("_handler", handler), new("Form.Email", email), new("Form.Password", "some wrong password")]),
        };
        request.Headers.Add("Cookie", cookie);
        request.Headers.Add("X-Forwarded-For", address ?? string.Create(CultureInfo.InvariantCulture, $"10.2.{number / 250}.{1 + (number % 250)}"));
        return request;
    }

    public void Dispose() => _http.Dispose();

    private async Task<(string, string, string)> FormAsync(CancellationToken stop)
    {
        using var answer = await _http.GetAsync(new Uri(Page, UriKind.Relative), stop);
        var hidden = Hidden().Matches(await answer.Content.ReadAsStringAsync(stop)).ToDictionary(m => m.Groups["name"].Value, m => WebUtility.HtmlDecode(m.Groups["value"].Value), StringComparer.Ordinal);
        return (answer.Headers.GetValues("Set-Cookie").First().Split(';')[0], hidden["__RequestVerificationToken"], hidden["_handler"]);
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hidden();
}

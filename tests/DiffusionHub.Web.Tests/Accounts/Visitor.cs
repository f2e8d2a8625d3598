using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests.Accounts;

/// <summary>A browser without scripts: keeps cookies, fills forms, follows no redirects.</summary>
internal sealed partial class Visitor : IDisposable
{
    private static int last = 1;
    private readonly SocketsHttpHandler _handler = new() { AllowAutoRedirect = false };

    public Visitor(Uri address)
    {
        // Each comes from an address of its own, as the hub counts sign-ins by address: 127.0.x.y, all of which are this machine.
        var number = Interlocked.Increment(ref last);
        var own = new IPEndPoint(new IPAddress([127, 0, (byte)(number >> 8), (byte)number]), 0);
        _handler.ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(own);
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        };
        Http = new HttpClient(_handler) { BaseAddress = address };
        Http.DefaultRequestHeaders.Add("Accept", "text/html,application/json");
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

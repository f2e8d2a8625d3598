using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Shouldly;
using Xunit;

namespace DiffusionHub.Security;

/// <summary>Every endpoint of the running application, called by everybody.</summary>
[Collection(OneHub.Name)]
public sealed partial class MatrixTests(SecurityFixture hub)
{
    public static TheoryData<string, Caller> Calls => [.. Matrix.Endpoints.Keys.SelectMany(e => Enum.GetValues<Caller>().Select(c => (e, c)))];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_endpoint_has_an_entry_and_every_entry_an_endpoint()
    {
        var running = hub.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(e => e.Metadata.GetMetadata<StaticAssetDescriptor>() is null).SelectMany(Names).Distinct(StringComparer.Ordinal);
        running.Order(StringComparer.Ordinal).ShouldBe(Matrix.Endpoints.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Door_opens_to_those_who_may_and_to_nobody_else(string endpoint, Caller caller)
    {
        var (method, pattern) = (endpoint[..endpoint.IndexOf(' ', StringComparison.Ordinal)], endpoint[(endpoint.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        using var request = new HttpRequestMessage(new HttpMethod(method), Filled(pattern));
        request.Headers.Add("Accept", "text/html,application/json");
        // Each from an address of its own: what is tried here is the door, not how often one may knock.
        request.Headers.Add("X-Forwarded-For", hub.Visitor());
        if (method != "GET")
        {
            request.Content = pattern.StartsWith("/api", StringComparison.Ordinal) || pattern.Contains("passkeys", StringComparison.Ordinal) ? new StringContent("{}", Encoding.UTF8, "application/json") : new FormUrlEncodedContent([]);
        }

        using var answer = await hub.As(caller).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        var denied = answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            || (answer.StatusCode == HttpStatusCode.Redirect && answer.Headers.Location!.OriginalString.Contains("/account/sign-in", StringComparison.Ordinal) && !Rules.Allow(Matrix.Endpoints[endpoint], Caller.Nobody));
        denied.ShouldBe(!Rules.Allow(Matrix.Endpoints[endpoint], caller), $"{(int)answer.StatusCode} {answer.Headers.Location}");
        // No worker runs here: the node says that it is not ready.
        ((int)answer.StatusCode).ShouldBeLessThan(pattern == "/health/ready" ? 504 : 500);
    }

    private static IEnumerable<string> Names(RouteEndpoint endpoint) =>
        (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : ["GET"]).Select(m => $"{m} /{endpoint.RoutePattern.RawText!.TrimStart('/')}");

    private static string Filled(string pattern) => Parameter().Replace(pattern, m => m.Groups["type"].Value switch
    {
        ":guid" => Guid.Empty.ToString(),
        ":long" => "999999999",
        _ => m.Groups["name"].Value switch { "hash" => new string('0', 64), "path" => "x.css", _ => "x" },
    });

    [GeneratedRegex(@"\{\*{0,2}(?<name>[a-zA-Z]+)(?<type>:[a-z]+)?\??\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Parameter();
}

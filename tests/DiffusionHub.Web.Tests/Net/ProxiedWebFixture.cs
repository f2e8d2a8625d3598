namespace DiffusionHub.Web.Tests.Net;

/// <summary>A node behind a proxy on this machine: each test says by forwarded headers who asks, as the proxy would.</summary>
public sealed class ProxiedWebFixture : WebFixture
{
    protected override IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["HUB_PROXIES"] = "127.0.0.1, 10.0.0.0/8",
        ["HUB_HOSTS"] = "pictures.example",
        // Would believe everybody, if it were heeded.
        ["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true",
    };
}

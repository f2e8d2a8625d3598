using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace DiffusionHub.Architecture.Tests;

/// <summary>
/// Server-side request forgery: whoever makes the hub open an address of his choice reaches what only the hub's machine reaches. The hub
/// opens none that a visitor names. Whatever opens a connection, but for the database's, is listed here with its reason; a new one is a decision.
/// </summary>
public sealed partial class OutgoingTests
{
    private static readonly Dictionary<string, string> Allowed = new(StringComparer.Ordinal)
    {
        ["src/Shared/Telemetry/TelemetryExport.cs"] = "to the collector of the setting “telemetry”, which only the administrator of the machine names",
        ["web/DiffusionHub.Web/Features/Accounts/Mail/Mailer.cs"] = "to the mail server of the setting “smtp”, which only the administrator of the machine names",
        ["src/DiffusionHub.Cli/Commands/Status/StatusCommand.cs"] = "asks the web server that this machine's “hub up” started whether it is ready",
        ["src/DiffusionHub.Cli/Commands/Bench/SignIn/Visitors.cs"] = "signs in, as a measurement, on a hub that it has started itself",
        ["src/DiffusionHub.Cli/Commands/Up/HubRun.cs"] = "asks its own web server whether it is ready",
    };

    [Fact]
    public void Only_named_places_open_connections() => new[] { "src", "web", "workers", "migrations" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Solution.Root, folder), "*", SearchOption.AllDirectories))
        .Where(file => Path.GetExtension(file) is ".cs" or ".razor" && Opens().IsMatch(File.ReadAllText(file)))
        .Select(file => Path.GetRelativePath(Solution.Root, file).Replace('\\', '/'))
        .Order(StringComparer.Ordinal)
        .ShouldBe(Allowed.Keys.Order(StringComparer.Ordinal));

    // Listeners are none; nor is a socket that was accepted.
    [GeneratedRegex(@"\bnew (HttpClient|HttpClientHandler|SocketsHttpHandler|HttpMessageInvoker|TcpClient|UdpClient|Socket|ClientWebSocket|SmtpClient)\b|\b(WebRequest|WebClient|IHttpClientFactory|AddHttpClient|AddOtlpExporter)\b|\bDns\.Get",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Opens();
}

using System.Net;
using DiffusionHub.Data.Settings;
using DiffusionHub.Web.Shared.Net.Limits;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace DiffusionHub.Web.Shared.Net;

/// <summary>Where and how the node listens.</summary>
internal static class HubServer
{
    private const int LargestBody = 1024 * 1024;

    public static void ConfigureHub(this IWebHostBuilder host, HubSettings settings)
    {
        var address = IPAddress.Parse(settings.Listen);
        host.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            Limit(kestrel.Limits);
            kestrel.Listen(address, settings.Port, new AddressConnections(settings).Guard);
        });
    }

    // What a connection may hold before anything is known of it. Bodies that come by the drop are given up: nobody's line is that slow.
    private static void Limit(KestrelServerLimits limits)
    {
        (limits.MaxRequestLineSize, limits.MaxRequestHeadersTotalSize, limits.MaxRequestHeaderCount) = (8 * 1024, 32 * 1024, 64);
        (limits.RequestHeadersTimeout, limits.KeepAliveTimeout) = (TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(120));
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 2048, gracePeriod: TimeSpan.FromSeconds(10));
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));
        (limits.MaxConcurrentConnections, limits.MaxConcurrentUpgradedConnections) = (8192, 4096);
    }

    /// <summary>Starts, prints the address that it listens on as <c>Listening: …</c>, and runs until it is told to stop.</summary>
    public static async Task RunHubAsync(this WebApplication app)
    {
        await app.StartAsync();
        foreach (var address in app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses)
        {
            Console.WriteLine($"Listening: {address}");
        }

        await app.WaitForShutdownAsync();
        await app.DisposeAsync();
    }
}

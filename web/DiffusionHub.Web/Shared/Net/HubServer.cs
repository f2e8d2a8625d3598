using System.Net;
using DiffusionHub.Data.Settings;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

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
            kestrel.Listen(address, settings.Port);
        });
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

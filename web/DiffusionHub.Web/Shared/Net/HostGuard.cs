using System.Net;
using DiffusionHub.Data.Settings;

namespace DiffusionHub.Web.Shared.Net;

/// <summary>
/// Answers only to the hub's own names: a stranger's page cannot reach the hub by pointing a name of its own at the hub's address
/// (DNS rebinding). Addresses, localhost, the machine's name and the setting <c>hosts</c> are its own; on a loopback address only
/// loopback addresses and localhost.
/// </summary>
internal static class HostGuard
{
    public static void UseHostGuard(this IApplicationBuilder app, HubSettings settings) => app.Use(async (context, next) =>
    {
        if (IsOwn(context.Request.Host.Host, settings))
        {
            await next(context);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        await context.Response.WriteAsync(WebTexts.ForeignHost, context.RequestAborted);
    });

    /// <summary>True when <paramref name="host"/> (without port) is one of the hub's own names.</summary>
    public static bool IsOwn(string host, HubSettings settings)
    {
        var loopback = IPAddress.IsLoopback(IPAddress.Parse(settings.Listen));
        if (IPAddress.TryParse(host.Trim('[', ']'), out var address))
        {
            return !loopback || IPAddress.IsLoopback(address);
        }

        return Is("localhost") || settings.Hosts.Any(Is) || (!loopback && (Is(Environment.MachineName) || Is(Environment.MachineName + ".local")));

        bool Is(string name) => host.Equals(name, StringComparison.OrdinalIgnoreCase);
    }
}

using DiffusionHub.Data.Settings;
using Microsoft.AspNetCore.HttpOverrides;

namespace DiffusionHub.Web.Shared.Net;

/// <summary>Forwarded headers: believed from the setting <c>proxies</c> and from nobody else, so that no visitor chooses his own address.</summary>
internal static class Proxies
{
    private const string FromAnybody = "ForwardedHeaders_Enabled";

    /// <summary>Switches off ASPNETCORE_FORWARDEDHEADERS_ENABLED, which believes everybody.</summary>
    public static void IgnoreForwardedFromAnybody(this IConfiguration configuration) => configuration[FromAnybody] = "false";

    /// <summary>Before everything that asks who somebody is, by which name, or over which protocol.</summary>
    public static void UseProxies(this IApplicationBuilder app, HubSettings settings)
    {
        if (settings.Proxies.Count == 0)
        {
            return;
        }

        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            // From the last proxy back to the first that is not one of ours: its address counts.
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in settings.Proxies)
        {
            options.KnownIPNetworks.Add(network);
        }

        app.UseForwardedHeaders(options);
    }
}

using DiffusionHub.Web.Hubs;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.SignalR;

namespace DiffusionHub.Web.Shared.Net.Limits;

/// <summary>Puts the limits into the web node.</summary>
internal static class LimitServices
{
    private static readonly TimeSpan Handshake = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CircuitKept = TimeSpan.FromMinutes(3);

    public static void AddHubLimits(this IServiceCollection services)
    {
        services.AddRateLimiter(_ => { });
        services.AddSingleton<RateLimits>();
        services.AddSingleton<CallFilter>();
        services.AddScoped<CircuitHandler, EventPace>();
        services.Configure<HubOptions>(options => options.HandshakeTimeout = Handshake);
        // Not Configure<HubOptions<JobsHub>>: a hub's own options, filters among them, are heeded only where they were added this way.
        services.AddSignalR().AddHubOptions<JobsHub>(options =>
        {
            options.HandshakeTimeout = Handshake;
            options.MaximumParallelInvocationsPerClient = 1;
            options.StreamBufferCapacity = 10;
            options.AddFilter<CallFilter>();
        });
        services.Configure<CircuitOptions>(options =>
        {
            // Nobody is told what broke; a page whose line was lost is kept for a walk through a tunnel.
            options.DetailedErrors = false;
            options.DisconnectedCircuitMaxRetained = 100;
            options.DisconnectedCircuitRetentionPeriod = CircuitKept;
            options.PersistedCircuitInMemoryMaxRetained = 200;
            options.MaxBufferedUnacknowledgedRenderBatches = 10;
        });
    }

    /// <summary>Before anybody is asked who he is: passwords and keys that are tried, and sockets that are flooded.</summary>
    public static void UseDoorLimits(this IApplicationBuilder app)
    {
        var limits = app.ApplicationServices.GetRequiredService<RateLimits>();
        app.UseRateLimiter(new RateLimiterOptions { GlobalLimiter = limits.Door, OnRejected = Reject });
        app.Use(async (http, next) =>
        {
            var bringsKey = http.Request.Headers.Authorization.Count > 0 || http.Request.Query.ContainsKey("access_token");
            if (bringsKey && limits.TriesKeys(http))
            {
                await TooManyRequests.WriteAsync(http, null, http.RequestAborted);
                return;
            }

            await next(http);
            if (bringsKey && http.Response.StatusCode == StatusCodes.Status401Unauthorized)
            {
                limits.CountWrongKey(http);
            }
        });
        app.UseWebSockets();
        app.UsePacedSockets();
    }

    /// <summary>After it is known who asks: all requests, by account or address.</summary>
    public static void UseHubLimits(this IApplicationBuilder app) => app.UseRateLimiter(new RateLimiterOptions
    {
        GlobalLimiter = app.ApplicationServices.GetRequiredService<RateLimits>().Requests,
        OnRejected = Reject,
    });

    private static ValueTask Reject(OnRejectedContext context, CancellationToken cancellationToken) =>
        new(TooManyRequests.WriteAsync(context.HttpContext, context.Lease, cancellationToken));
}

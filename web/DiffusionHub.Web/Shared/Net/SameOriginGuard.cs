namespace DiffusionHub.Web.Shared.Net;

/// <summary>
/// Refuses what another site's page sends here: the hub has no login yet, so the browser's Origin header is what keeps a stranger's
/// page from queueing jobs or opening a live line. Programs send no Origin and are not affected.
/// </summary>
internal static class SameOriginGuard
{
    public static void UseSameOriginGuard(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        var request = context.Request;
        // By its header: only what runs behind here makes a WebSocket of it. Over HTTP/2 it is a CONNECT.
        var opensLine = request.Headers.Upgrade.ToString().Contains("websocket", StringComparison.OrdinalIgnoreCase);
        var changes = opensLine || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method));
        if (changes && request.Headers.Origin is [{ Length: > 0 } origin]
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase)))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        await next(context);
    });
}

using Microsoft.Net.Http.Headers;

namespace DiffusionHub.Web.Shared.Net;

/// <summary>What every answer tells a browser that it may not do with it, errors and files too.</summary>
internal static class SecurityHeaders
{
    /// <summary>
    /// The policy of pages. No script but the hub's own files: none in the page, no eval. Style attributes are allowed, which Blazor and
    /// Radzen set (widths of bars, proportions of cards), style elements are not. <c>data:</c> pictures are the previews while a picture forms, <c>blob:</c> is a mask that was chosen from a file.
    /// </summary>
    public const string PagePolicy = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data: blob:; font-src 'self'; manifest-src 'self'; "
        + "style-src 'self'; style-src-attr 'unsafe-inline'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

    /// <summary>The policy of pictures: opened by themselves they are nobody's page, and nothing in them runs or is fetched.</summary>
    public const string PicturePolicy = "default-src 'none'; frame-ancestors 'none'; sandbox";

    // Everything that a browser would offer, but for what the hub uses: passkeys, and copying to the clipboard.
    private const string Permissions = "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(self), geolocation=(), gyroscope=(), "
        + "magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), screen-wake-lock=(), usb=(), web-share=(), xr-spatial-tracking=(), "
        + "clipboard-write=(self), publickey-credentials-create=(self), publickey-credentials-get=(self)";

    // A year, as is usual. Not for the names below the hub's own: they may be somebody else's.
    private const string Tls = "max-age=31536000";

    /// <summary>First of all, so that whatever answers, answers with them.</summary>
    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        http.Response.OnStarting(static state => Set((HttpContext)state), http);
        return next(http);
    });

    private static Task Set(HttpContext http)
    {
        var headers = http.Response.Headers;
        var picture = http.Response.ContentType?.StartsWith("image/", StringComparison.OrdinalIgnoreCase) == true;
        headers.ContentSecurityPolicy = picture ? PicturePolicy : PagePolicy;
        headers.XContentTypeOptions = "nosniff";
        // Not no-referrer: with it browsers send “Origin: null” with the hub's own forms, which SameOriginGuard would have to refuse.
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = Permissions;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // What is kept by a browser, says so itself. All else may show what only this person may see.
        if (headers.CacheControl.Count == 0)
        {
            headers.CacheControl = "no-store";
        }

        if (http.Request.IsHttps)
        {
            headers[HeaderNames.StrictTransportSecurity] = Tls;
        }

        return Task.CompletedTask;
    }
}

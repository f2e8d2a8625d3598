using System.Globalization;
using System.Threading.RateLimiting;

namespace DiffusionHub.Web.Shared.Net.Limits;

/// <summary>The answer to who asks for more than the limits: 429, when to come again, and a sentence.</summary>
internal static class TooManyRequests
{
    private const int LaterSeconds = 5;

    /// <summary>Sends it.</summary>
    /// <param name="http">The request.</param>
    /// <param name="lease">The refused lease; null: it is not known when to come again.</param>
    /// <param name="cancellationToken">Ends the sending.</param>
    public static async Task WriteAsync(HttpContext http, RateLimitLease? lease, CancellationToken cancellationToken)
    {
        int? known = lease?.TryGetMetadata(MetadataName.RetryAfter, out var after) == true ? Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)) : null;
        var seconds = known ?? LaterSeconds;
        http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        // Of the two limits of a line, it is that of open ones that does not know when one closes.
        var text = known is null && RateLimits.IsLine(http.Request)
            ? WebTexts.TooManyLines
            : string.Format(CultureInfo.InvariantCulture, WebTexts.TooManyText, seconds);
        if (PlainPage.IsAskedFor(http.Request))
        {
            await PlainPage.WriteAsync(http, WebTexts.TooMany, text, cancellationToken);
        }
        else
        {
            await TypedResults.Problem(text, title: WebTexts.TooMany, statusCode: StatusCodes.Status429TooManyRequests).ExecuteAsync(http);
        }
    }
}

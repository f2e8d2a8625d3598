using DiffusionHub.Web.Shared.Data;
using DiffusionHub.Web.Shared.Jobs;
using DiffusionHub.Web.Shared.Uploads;
using Microsoft.AspNetCore.Diagnostics;

namespace DiffusionHub.Web.Shared.Net;

/// <summary>A lost database or picture store is answered as 503 with a plain sentence, for pages and programs alike.</summary>
internal sealed class DatabaseAwayHandler(IProblemDetailsService problems) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not PictureStoreAwayException && !HubDatabase.IsAway(exception))
        {
            return false;
        }

        httpContext.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        httpContext.Response.Headers.RetryAfter = "2";
        if (exception is not PictureStoreAwayException && httpContext.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal))
        {
            httpContext.Response.ContentType = "text/html; charset=utf-8";
            await httpContext.Response.WriteAsync(AwayPage.Html, cancellationToken);
            return true;
        }

        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            ProblemDetails = { Status = StatusCodes.Status503ServiceUnavailable, Title = WebTexts.Unavailable, Detail = exception is PictureStoreAwayException ? exception.Message : SubmissionTexts.DatabaseAway },
        });
    }
}

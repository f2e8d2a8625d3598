using Microsoft.AspNetCore.Diagnostics;

namespace DiffusionHub.Web.Shared.Net;

/// <summary>The last resort: what went wrong stands in the log; whoever asked is told that it did, and nothing of how.</summary>
internal sealed class BrokenHandler(IProblemDetailsService problems) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        // A request that is no proper HTTP names its own status, such as 413.
        httpContext.Response.StatusCode = exception is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError;
        if (PlainPage.IsAskedFor(httpContext.Request))
        {
            await PlainPage.WriteAsync(httpContext, WebTexts.Broken, WebTexts.BrokenText, cancellationToken);
            return true;
        }

        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            ProblemDetails = { Status = httpContext.Response.StatusCode, Title = WebTexts.Broken, Detail = WebTexts.BrokenText },
        });
    }
}

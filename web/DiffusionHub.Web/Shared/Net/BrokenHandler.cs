using Microsoft.AspNetCore.Diagnostics;

namespace DiffusionHub.Web.Shared.Net;

/// <summary>The last resort: what went wrong stands in the log; whoever asked is told that it did, and nothing of how.</summary>
internal sealed partial class BrokenHandler(IProblemDetailsService problems, ILogger<BrokenHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        // A request that is no proper HTTP names its own status, such as 413, and is nobody's fault here.
        if (exception is BadHttpRequestException bad)
        {
            httpContext.Response.StatusCode = bad.StatusCode;
        }
        else
        {
            httpContext.Response.StatusCode = StatusCodes.Status500InternalServerError;
            // By the place in the hub, not by the address that was asked for: that is a stranger's text.
            Failed(logger, httpContext.GetEndpoint()?.DisplayName ?? "?", exception);
        }

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

    [LoggerMessage(Level = LogLevel.Error, Message = "A request to {Endpoint} failed.")]
    private static partial void Failed(ILogger logger, string endpoint, Exception exception);
}

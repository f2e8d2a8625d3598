namespace DiffusionHub.Web.Shared.People;

/// <summary>What whoever may not come in is told.</summary>
internal static class Denied
{
    /// <summary>Answers with a problem document; a page's visitor is led to the sign-in instead (see the cookie's events).</summary>
    public static Task AnswerAsync(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        if (status == StatusCodes.Status401Unauthorized)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
        }

        return http.RequestServices.GetRequiredService<IProblemDetailsService>().TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = http,
            ProblemDetails = { Status = status, Title = status == StatusCodes.Status401Unauthorized ? PeopleWebTexts.SignInFirst : PeopleWebTexts.NotAllowed },
        }).AsTask();
    }

    /// <summary>Whether a program asks, which wants no page.</summary>
    public static bool IsProgram(HttpRequest request) =>
        request.Path.StartsWithSegments("/api", StringComparison.Ordinal) || request.Path.StartsWithSegments("/hubs", StringComparison.Ordinal)
        || request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal) || !HttpMethods.IsGet(request.Method) || KeyHandler.TextOf(request) is not null
        || !request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);
}

using DiffusionHub.Web.Shared.People;

namespace DiffusionHub.Web.Shared.Net;

/// <summary>
/// Gives answers that say nothing but a status some words: the page of what is not there to whoever looks, a plain one to whoever sent a form
/// (a form sent to that page would be refused once more, for its token).
/// </summary>
internal static class EmptyAnswers
{
    public static void UseWordsForEmptyAnswers(this IApplicationBuilder app)
    {
        app.UseWhen(Looks, branch => branch.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true));
        app.UseWhen(http => !Looks(http), branch => branch.UseStatusCodePages(context => SayAsync(context.HttpContext)));
    }

    private static bool Looks(HttpContext http) => HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);

    private static Task SayAsync(HttpContext http)
    {
        var (title, text) = http.Response.StatusCode switch
        {
            StatusCodes.Status401Unauthorized => (PeopleWebTexts.SignInFirst, ""),
            StatusCodes.Status403Forbidden => (PeopleWebTexts.NotAllowed, ""),
            StatusCodes.Status400BadRequest => (WebTexts.BadForm, WebTexts.BadFormText),
            _ => (WebTexts.Broken, ""),
        };
        return PlainPage.IsAskedFor(http.Request)
            ? PlainPage.WriteAsync(http, title, text, http.RequestAborted)
            : TypedResults.Problem(text.Length > 0 ? text : null, title: title, statusCode: http.Response.StatusCode).ExecuteAsync(http);
    }
}

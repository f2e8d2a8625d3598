using DiffusionHub.Web.Shared.Layout;
using DiffusionHub.Web.Shared.People;
using Microsoft.AspNetCore.Diagnostics;

namespace DiffusionHub.Web.Shared.Net;

/// <summary>
/// Gives answers that say nothing but a status some words: the page of what is not there to whoever looks, a plain one to whoever sent a form
/// (a form sent to that page would be refused once more, for its token).
/// </summary>
internal static class EmptyAnswers
{
    public static void UseWordsForEmptyAnswers(this IApplicationBuilder app)
    {
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.Use(async (http, next) =>
        {
            var looks = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
            if (!looks && http.Features.Get<IStatusCodePagesFeature>() is { } pages)
            {
                pages.Enabled = false;
            }

            await next(http);
            if (!looks && http.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null })
            {
                await SayAsync(http);
            }
        });
    }

    private static Task SayAsync(HttpContext http)
    {
        var (title, text) = http.Response.StatusCode switch
        {
            StatusCodes.Status401Unauthorized => (PeopleWebTexts.SignInFirst, ""),
            StatusCodes.Status403Forbidden => (PeopleWebTexts.NotAllowed, ""),
            StatusCodes.Status400BadRequest => (WebTexts.BadForm, WebTexts.BadFormText),
            StatusCodes.Status404NotFound => (LayoutTexts.NotFoundTitle, ""),
            _ => (WebTexts.Broken, ""),
        };
        return PlainPage.IsAskedFor(http.Request)
            ? PlainPage.WriteAsync(http, title, text, http.RequestAborted)
            : TypedResults.Problem(text.Length > 0 ? text : null, title: title, statusCode: http.Response.StatusCode).ExecuteAsync(http);
    }
}

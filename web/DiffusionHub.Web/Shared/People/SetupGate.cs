using Microsoft.AspNetCore.Authorization;

namespace DiffusionHub.Web.Shared.People;

/// <summary>As long as a hub that others reach has no administrator, it serves the setup page and nothing else.</summary>
internal static class SetupGate
{
    public const string Page = "/setup";

    public static void UseSetupGate(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        var mode = http.RequestServices.GetRequiredService<AccountsMode>();
        if (mode.NeedsSetup)
        {
            // Somebody may have set it up on another node, or at the terminal.
            await mode.RefreshAsync(http.RequestAborted);
        }

        // What needs no sign-in (scripts, styles, health) needs no administrator either, but for the other pages of accounts.
        var open = http.Request.Path.Equals(Page, StringComparison.Ordinal)
            || (http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null && !http.Request.Path.StartsWithSegments("/account", StringComparison.Ordinal));
        if (!mode.NeedsSetup || open)
        {
            await next(http);
        }
        else if (Denied.IsProgram(http.Request))
        {
            await TypedResults.Problem(PeopleWebTexts.NeedsSetup, statusCode: StatusCodes.Status503ServiceUnavailable).ExecuteAsync(http);
        }
        else
        {
            http.Response.Redirect(Page);
        }
    });
}

using DiffusionHub.People.Audit;
using DiffusionHub.Web.Features.Accounts.Own;
using DiffusionHub.Web.Shared.People;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace DiffusionHub.Web.Features.Accounts.Leaving;

/// <summary>Taking one's data along, and leaving for good.</summary>
internal static class LeavingEndpoints
{
    /// <summary>What the form of the deletion must say, so that no stray click deletes.</summary>
    public const string Sure = "delete";

    public static void MapLeaving(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/account/export.zip", ExportAsync).RequireAuthorization(Policies.Session);
        endpoints.MapPost("/account/delete", DeleteAsync).RequireAuthorization(Policies.Session);
    }

    private static async Task<IResult> ExportAsync(HttpContext http, CurrentUser me, AccountExport export, AuditLog audit)
    {
        if (me.SessionId is null)
        {
            return TypedResults.NotFound();
        }

        var turn = export.Begin(me.Id);
        if (turn is null)
        {
            http.Response.Headers.RetryAfter = "60";
            return TypedResults.Problem(title: AccountTexts.ExportRuns, statusCode: StatusCodes.Status429TooManyRequests);
        }

        using (turn)
        {
            await audit.WriteAsync(me.Actor, AuditActions.AccountExported, me.Person.Email!);
            (http.Response.ContentType, http.Response.Headers.CacheControl) = ("application/zip", "no-store");
            http.Response.Headers.ContentDisposition = "attachment; filename=\"diffusionhub-account.zip\"";
            await export.WriteAsync(me, http.Response.Body, http.RequestAborted);
            return TypedResults.Empty;
        }
    }

    // The form's parameter makes the antiforgery token required.
    private static async Task<IResult> DeleteAsync([FromForm] string? sure, HttpContext http, CurrentUser me, Proofs proofs, AccountRemoval removal)
    {
        if (sure != Sure || !proofs.IsOnTheSpot(me))
        {
            return TypedResults.LocalRedirect("/account/data?problem=proof");
        }

        if (await removal.RemoveAsync(me.Id, me.Actor) is not null)
        {
            return TypedResults.LocalRedirect("/account/data?problem=last");
        }

        await http.SignOutAsync(IdentityConstants.ApplicationScheme);
        return TypedResults.LocalRedirect("/account/deleted");
    }
}

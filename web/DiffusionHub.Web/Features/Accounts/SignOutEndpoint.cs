using DiffusionHub.People.Audit;
using DiffusionHub.Web.Shared.People;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace DiffusionHub.Web.Features.Accounts;

/// <summary>Signing out: the session's row goes, and with it every copy of the cookie.</summary>
internal static class SignOutEndpoint
{
    public static void MapSignOut(this IEndpointRouteBuilder endpoints) => endpoints.MapPost("/account/sign-out", SignOutAsync).RequireAuthorization(Policies.Session);

    /// <summary>Forgets that somebody gave a right password.</summary>
    public static Task SignOutSecondFactorAsync(this HttpContext http) => http.SignOutAsync(IdentityConstants.TwoFactorUserIdScheme);

    // The form's parameter makes the antiforgery token required.
    private static async Task<IResult> SignOutAsync([FromForm] string? to, HttpContext http, CurrentUser me, AuditLog audit)
    {
        if (me.SessionId is not null)
        {
            await audit.WriteAsync(me.Actor, AuditActions.SignedOut, me.Person.Email ?? me.Person.Name);
            await http.SignOutAsync(IdentityConstants.ApplicationScheme);
        }

        return TypedResults.LocalRedirect(LocalAddress.Of(to, "/account/sign-in"));
    }
}

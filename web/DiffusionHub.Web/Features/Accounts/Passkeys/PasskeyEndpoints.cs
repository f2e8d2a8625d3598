using System.Text.Json;
using DiffusionHub.People.Accounts;
using DiffusionHub.Web.Features.Accounts.Own;
using DiffusionHub.Web.Shared.People;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;

namespace DiffusionHub.Web.Features.Accounts.Passkeys;

/// <summary>
/// The two ceremonies of WebAuthn (W3C, Web Authentication 3, sections 7.1 and 7.2): options go to the browser, what it signed comes back. The
/// challenge waits in a protected cookie of ten minutes. Bodies are JSON, which no other site's form can send; Origin is held against the hub's.
/// </summary>
internal static class PasskeyEndpoints
{
    /// <summary>What a browser signed.</summary>
    /// <param name="Credential">As its <c>toJSON()</c> writes it.</param>
    /// <param name="Name">What its owner calls a new passkey.</param>
    /// <param name="To">Where to go after a sign-in.</param>
    internal sealed record Signed(JsonElement Credential, string? Name = null, string? To = null);

    /// <summary>An empty body: options need nothing, but only JSON may ask for them.</summary>
    internal sealed record Nothing;

    public static void MapPasskeys(this IEndpointRouteBuilder endpoints)
    {
        var passkeys = endpoints.MapGroup("/account/passkeys").DisableAntiforgery();
        passkeys.MapPost("/options", OptionsAsync).RequireAuthorization(Policies.Session);
        passkeys.MapPost("/", AddAsync).RequireAuthorization(Policies.Session);
        passkeys.MapPost("/prove", ProveAsync).RequireAuthorization(Policies.Session);
        passkeys.MapPost("/request", RequestAsync).AllowAnonymous();
        passkeys.MapPost("/sign-in", SignInAsync).AllowAnonymous();
    }

    private static async Task<IResult> OptionsAsync(Nothing _, CurrentUser me, Proofs proofs, SignInManager<Account> signIn) =>
        me.SessionId is null || !await proofs.IsRecentAsync(me) ? Refused(AccountTexts.ProofNeeded, StatusCodes.Status403Forbidden)
        : Json(await signIn.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity { Id = me.Id.ToString(), Name = me.Person.Email!, DisplayName = me.Person.Name }));

    private static async Task<IResult> AddAsync(Signed signed, CurrentUser me, Proofs proofs, OwnPasskeys own, SignInManager<Account> signIn)
    {
        if (me.SessionId is null || !await proofs.IsRecentAsync(me))
        {
            return Refused(AccountTexts.ProofNeeded, StatusCodes.Status403Forbidden);
        }

        var result = await PasskeyChecks.AttestAsync(signIn, signed.Credential);
        return result is not { Succeeded: true } || result.UserEntity.Id != me.Id.ToString() ? Refused(AccountTexts.PasskeyFailed)
            : await own.AddAsync(me, result.Passkey, signed.Name ?? "") is { } error ? Refused(error) : TypedResults.NoContent();
    }

    private static async Task<IResult> ProveAsync(Signed signed, CurrentUser me, Proofs proofs, SignInManager<Account> signIn)
    {
        if (me.SessionId is null || await PasskeyChecks.AssertAsync(signIn, signed.Credential) is not { Succeeded: true } result || result.User.Id != me.Id)
        {
            return Refused(AccountTexts.PasskeyRefused);
        }

        proofs.Note(me);
        return TypedResults.NoContent();
    }

    // Without an account: the passkey itself says whose it is.
    private static async Task<IResult> RequestAsync(Nothing _, SignInManager<Account> signIn) => Json(await signIn.MakePasskeyRequestOptionsAsync(null));

    private static async Task<IResult> SignInAsync(Signed signed, CurrentUser me, SignIns signIns)
    {
        // A second sign-in over a session would take that session over: out first.
        if (me.Person.Role.Length > 0 || await signIns.PasskeyAsync(signed.Credential) != SignInOutcome.Done)
        {
            return Refused(AccountTexts.PasskeyRefused);
        }

        return TypedResults.Ok(new { to = LocalAddress.Of(signed.To) });
    }

    private static ContentHttpResult Json(string json) => TypedResults.Content(json, "application/json");

    private static ProblemHttpResult Refused(string text, int status = StatusCodes.Status400BadRequest) => TypedResults.Problem(title: text, statusCode: status);
}

using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using DiffusionHub.People.Keys;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace DiffusionHub.Web.Shared.People;

/// <summary>API keys: <c>Authorization: Bearer dh_…</c>; for the live line, whose browsers' sockets send no headers, also <c>?access_token=</c> under /hubs.</summary>
internal sealed class KeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, KeyRing keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The key that a request brings; null: none.</summary>
    public static string? TextOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return header["Bearer ".Length..].Trim();
        }

        return request.Path.StartsWithSegments("/hubs", StringComparison.Ordinal) && request.Query["access_token"].ToString() is { Length: > 0 } token ? token : null;
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (TextOf(Request) is not { } text)
        {
            return AuthenticateResult.NoResult();
        }

        if (await keys.FindAsync(text, Context.RequestAborted) is not { } key)
        {
            return AuthenticateResult.Fail("The key is unknown, revoked or expired.");
        }

        List<Claim> claims = [new(ClaimTypes.NameIdentifier, key.AccountId.ToString()), new(HubClaims.Key, key.Id.ToString()), new(HubClaims.KeyPrefix, key.Prefix), .. key.Scopes.Select(s => new Claim(HubClaims.Scope, s))];
        if (key.RequestsAMinute is { } limit)
        {
            claims.Add(new Claim("hub:rate", limit.ToString(CultureInfo.InvariantCulture)));
        }

        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme.Name)), Scheme.Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => Denied.AnswerAsync(Context, StatusCodes.Status401Unauthorized);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Denied.AnswerAsync(Context, StatusCodes.Status403Forbidden);
}

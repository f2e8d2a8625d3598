using System.Security.Claims;
using DiffusionHub.People.Sessions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Secret = DiffusionHub.People.Secret;

namespace DiffusionHub.Web.Shared.People;

/// <summary>Sessions on the server: the cookie holds only a secret, so that a session that was ended is over everywhere, a stolen cookie too.</summary>
internal sealed class TicketStore(SessionBook sessions, IDataProtectionProvider protection, TimeProvider time) : ITicketStore
{
    private const int MostBrowser = 300;
    private readonly IDataProtector _protector = protection.CreateProtector("people.ticket");

    public Task<string> StoreAsync(AuthenticationTicket ticket) => throw new NotSupportedException("A session is made with its request.");

    public async Task<string> StoreAsync(AuthenticationTicket ticket, HttpContext httpContext, CancellationToken cancellationToken)
    {
        var secret = Secret.New();
        var browser = httpContext.Request.Headers.UserAgent.ToString();
        await sessions.AddAsync(new Session
        {
            Id = Guid.CreateVersion7(), Hash = Secret.Hash(secret), AccountId = ticket.Principal.IdOf(ClaimTypes.NameIdentifier)!.Value, Ticket = Pack(ticket),
            CreatedAt = time.GetUtcNow(), SeenAt = time.GetUtcNow(), ExpiresAt = ExpiryOf(ticket), Address = httpContext.Connection.RemoteIpAddress?.ToString(),
            Browser = browser.Length > MostBrowser ? browser[..MostBrowser] : browser,
        }, cancellationToken);
        return secret;
    }

    public Task RenewAsync(string key, AuthenticationTicket ticket) => sessions.RenewAsync(key, ticket.Principal.IdOf(ClaimTypes.NameIdentifier)!.Value, Pack(ticket), ExpiryOf(ticket));

    public async Task<AuthenticationTicket?> RetrieveAsync(string key)
    {
        if (await sessions.FindAsync(key) is not { } session || TicketSerializer.Default.Deserialize(_protector.Unprotect(session.Ticket)) is not { } ticket)
        {
            return null;
        }

        var identity = new ClaimsIdentity(ticket.Principal.Identity);
        if (identity.FindFirst(HubClaims.Session) is { } old)
        {
            identity.RemoveClaim(old);
        }

        identity.AddClaim(new Claim(HubClaims.Session, session.Id.ToString()));
        return new AuthenticationTicket(new ClaimsPrincipal(identity), ticket.Properties, ticket.AuthenticationScheme);
    }

    public Task RemoveAsync(string key) => sessions.EndAsync(key);

    private byte[] Pack(AuthenticationTicket ticket) => _protector.Protect(TicketSerializer.Default.Serialize(ticket));

    private DateTimeOffset ExpiryOf(AuthenticationTicket ticket) => ticket.Properties.ExpiresUtc ?? time.GetUtcNow() + SessionBook.Idle;
}

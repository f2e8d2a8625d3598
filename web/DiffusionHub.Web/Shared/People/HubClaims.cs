using System.Security.Claims;

namespace DiffusionHub.Web.Shared.People;

/// <summary>What a principal says beside <see cref="ClaimTypes.NameIdentifier"/>. Roles are not in it: they are read anew.</summary>
internal static class HubClaims
{
    public const string Session = "hub:session";
    public const string Key = "hub:key";
    public const string KeyPrefix = "hub:key-prefix";
    public const string Scope = "hub:scope";

    /// <summary>Authentication type of the one person of a hub without accounts.</summary>
    public const string Local = "hub-local";

    public static Guid? IdOf(this ClaimsPrincipal principal, string type) => Guid.TryParse(principal.FindFirst(type)?.Value, out var id) ? id : null;

    public static bool IsLocal(this ClaimsPrincipal principal) => principal.Identity?.AuthenticationType == Local;
}

using System.Security.Claims;
using DiffusionHub.People.Roles;

namespace DiffusionHub.Web.Shared.People;

/// <summary>Who stands behind a principal now.</summary>
internal sealed class PersonReader(PeopleDirectory directory, AccountsMode mode)
{
    /// <summary>The person; null: nobody, or nobody any more.</summary>
    public async Task<Person?> ReadAsync(ClaimsPrincipal principal, CancellationToken cancellationToken = default)
    {
        if (principal.IsLocal())
        {
            return mode.Required ? null : Person.Local;
        }

        return principal.Identity?.IsAuthenticated == true && principal.IdOf(ClaimTypes.NameIdentifier) is { } id ? await directory.FindAsync(id, cancellationToken) : null;
    }
}

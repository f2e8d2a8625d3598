using System.Security.Claims;
using DiffusionHub.People.Audit;
using DiffusionHub.People.Roles;

namespace DiffusionHub.Web.Shared.People;

/// <summary>
/// Who is asking: of an HTTP request, a circuit or a call on the live line. Filled before anything of ours runs; until then, and for
/// whoever is not signed in, it is nobody.
/// </summary>
internal sealed class CurrentUser(PersonReader reader)
{
    /// <summary>The asker's id.</summary>
    public Guid Id => Person.Id;

    /// <summary>The asker as the hub knows them now: at most two seconds old.</summary>
    public Person Person { get; private set; } = Person.Nobody;

    /// <summary>How they signed in.</summary>
    public ClaimsPrincipal Principal { get; private set; } = new();

    /// <summary>The asker's session; null: a key, or a hub without accounts.</summary>
    public Guid? SessionId => Principal.IdOf(HubClaims.Session);

    /// <summary>The key they use; null: none.</summary>
    public Guid? KeyId => Principal.IdOf(HubClaims.Key);

    /// <summary>Network address.</summary>
    public string? Address { get; private set; }

    /// <summary>As the audit log writes it down.</summary>
    public Actor Actor => new(Person.Id == Guid.Empty ? null : Person.Id, Person.Email ?? Person.Name, Principal.FindFirst(HubClaims.KeyPrefix) is { } key ? $"key {key.Value}" : "session", Address);

    /// <summary>Reads who <paramref name="principal"/> is now.</summary>
    /// <returns>False: nobody (any more).</returns>
    public async Task<bool> UseAsync(ClaimsPrincipal principal, string? address, CancellationToken cancellationToken)
    {
        (Principal, Address) = (principal, address ?? Address);
        Person = await reader.ReadAsync(principal, cancellationToken) ?? Person.Nobody;
        return Person.Role.Length > 0;
    }

    /// <summary>Reads again who it is.</summary>
    public Task<bool> RefreshAsync(CancellationToken cancellationToken) => UseAsync(Principal, Address, cancellationToken);
}

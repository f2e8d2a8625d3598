using System.Security.Claims;
using DiffusionHub.People.Accounts;
using Microsoft.AspNetCore.Identity;

namespace DiffusionHub.Web.Shared.People;

/// <summary>A principal says who, and nothing about rights: those are read anew.</summary>
internal sealed class PrincipalFactory : IUserClaimsPrincipalFactory<Account>
{
    public Task<ClaimsPrincipal> CreateAsync(Account user) =>
        Task.FromResult(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, user.Id.ToString())], IdentityConstants.ApplicationScheme)));
}

using System.Globalization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;

namespace DiffusionHub.People.Accounts;

/// <summary>
/// Identity's store on our tables. What would let a reader of the database sign in is not there in plain: the authenticator's secret is
/// protected with the hub's data protection keys, recovery codes are hashed (ASVS 2.8, 2.6).
/// </summary>
public sealed class AccountStore(PeopleDbContext context, IDataProtectionProvider protection, IdentityErrorDescriber? describer = null)
    : UserOnlyStore<Account, PeopleDbContext, Guid, IdentityUserClaim<Guid>, IdentityUserLogin<Guid>, IdentityUserToken<Guid>, IdentityUserPasskey<Guid>>(context, describer)
{
    private const string Provider = "[hub]";
    private const string LastCode = "LastCode";
    private readonly IDataProtector _protector = protection.CreateProtector("people.authenticator");

    /// <inheritdoc />
    public override Task SetAuthenticatorKeyAsync(Account user, string key, CancellationToken cancellationToken) =>
        base.SetAuthenticatorKeyAsync(user, _protector.Protect(key), cancellationToken);

    /// <inheritdoc />
    public override async Task<string?> GetAuthenticatorKeyAsync(Account user, CancellationToken cancellationToken) =>
        await base.GetAuthenticatorKeyAsync(user, cancellationToken) is { } kept ? _protector.Unprotect(kept) : null;

    /// <inheritdoc />
    public override Task ReplaceCodesAsync(Account user, IEnumerable<string> recoveryCodes, CancellationToken cancellationToken) =>
        base.ReplaceCodesAsync(user, recoveryCodes.Select(c => IsHash(c) ? c : Hashed(c)), cancellationToken);

    /// <inheritdoc />
    public override Task<bool> RedeemCodeAsync(Account user, string code, CancellationToken cancellationToken) =>
        base.RedeemCodeAsync(user, IsHash(code) ? "" : Hashed(code), cancellationToken);

    /// <summary>Notes an authenticator's code as used; false where it was used before: a code counts once, though it is right for some minutes, and so are its neighbours.</summary>
    public async Task<bool> TakeCodeAsync(Account user, string code, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var hash = Hashed(code);
        var used = (await GetTokenAsync(user, Provider, LastCode, cancellationToken) ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Where(one => now.ToUnixTimeSeconds() < long.Parse(one.AsSpan(one.IndexOf(' ', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture)).ToList();
        if (used.Exists(one => one.StartsWith(hash, StringComparison.Ordinal)))
        {
            return false;
        }

        await SetTokenAsync(user, Provider, LastCode, string.Join(';', used.Append($"{hash} {now.AddMinutes(5).ToUnixTimeSeconds()}")), cancellationToken);
        return true;
    }

    // Base64 has no semicolon, which separates the codes.
    private static string Hashed(string code) => Convert.ToBase64String(Secret.Hash(code.Trim().ToUpperInvariant()));

    // Redeeming hands the hashes that are left through ReplaceCodesAsync again. A hash that somebody types is no code.
    private static bool IsHash(string code) => code.Length == 44;
}

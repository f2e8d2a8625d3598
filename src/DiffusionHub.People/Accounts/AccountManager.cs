using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DiffusionHub.People.Accounts;

/// <summary>Identity's manager, with lockouts that grow: 1 minute after five wrong passwords, then twice as long each time, up to an hour.</summary>
public sealed class AccountManager(
    AccountStore store, IOptions<IdentityOptions> options, IPasswordHasher<Account> hasher, IEnumerable<IPasswordValidator<Account>> passwordValidators,
    ILookupNormalizer normalizer, IdentityErrorDescriber errors, IServiceProvider services, ILogger<UserManager<Account>> logger, TimeProvider time)
    : UserManager<Account>(store, options, hasher, [], passwordValidators, normalizer, errors, services, logger)
{
    private const int MostMinutes = 60;
    private const int MostDoublings = 6;

    /// <inheritdoc />
    public override async Task<IdentityResult> AccessFailedAsync(Account user)
    {
        ArgumentNullException.ThrowIfNull(user);
        user.AccessFailedCount++;
        if (user.AccessFailedCount >= Options.Lockout.MaxFailedAccessAttempts)
        {
            user.AccessFailedCount = 0;
            user.LockoutEnd = time.GetUtcNow().AddMinutes(Math.Min(MostMinutes, 1 << Math.Min(user.Lockouts, MostDoublings)));
            user.Lockouts++;
        }

        return await UpdateUserAsync(user);
    }

    /// <inheritdoc />
    public override async Task<IdentityResult> ResetAccessFailedCountAsync(Account user)
    {
        ArgumentNullException.ThrowIfNull(user);
        user.Lockouts = 0;
        user.AccessFailedCount = 0;
        return await UpdateUserAsync(user);
    }

    /// <summary>Whether an authenticator's code is right and was not used before.</summary>
    public async Task<bool> TakeAuthenticatorCodeAsync(Account user, string code)
    {
        var digits = new string([.. code.Where(char.IsAsciiDigit)]);
        return await VerifyTwoFactorTokenAsync(user, Options.Tokens.AuthenticatorTokenProvider, digits)
            && await store.TakeCodeAsync(user, digits, time.GetUtcNow(), CancellationToken)
            && (await UpdateUserAsync(user)).Succeeded;
    }
}

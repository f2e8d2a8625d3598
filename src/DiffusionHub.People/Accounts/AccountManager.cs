using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DiffusionHub.People.Accounts;

/// <summary>Identity's manager, with lockouts that grow: 1 minute after five wrong passwords, then twice as long each time, up to an hour.</summary>
public sealed class AccountManager(
    AccountStore store, IOptions<IdentityOptions> options, IPasswordHasher<Account> hasher, IEnumerable<IPasswordValidator<Account>> passwordValidators,
    ILookupNormalizer normalizer, IdentityErrorDescriber errors, IServiceProvider services, ILogger<UserManager<Account>> logger, TimeProvider time)
    : UserManager<Account>(store, options, hasher, [], passwordValidators, normalizer, errors, services, logger)
{
    private static readonly string TakeTry = PeopleSql.Read("take-try.sql");

    /// <inheritdoc />
    public override async Task<IdentityResult> AccessFailedAsync(Account user)
    {
        await CountAsync(user, onlyOpen: false);
        return IdentityResult.Success;
    }

    /// <summary>Counts a try before it is looked at, so that many at once are as many tries; <see cref="ResetAccessFailedCountAsync"/> takes it back where it was right.</summary>
    /// <returns>False: the account is locked, and nothing must be looked at.</returns>
    public async Task<bool> TakeTryAsync(Account user) => await CountAsync(user, onlyOpen: true) == 1;

    /// <inheritdoc />
    public override async Task<IdentityResult> ResetAccessFailedCountAsync(Account user)
    {
        ArgumentNullException.ThrowIfNull(user);
        (user.Lockouts, user.AccessFailedCount, user.LockoutEnd) = (0, 0, null);
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

    private async Task<int> CountAsync(Account user, bool onlyOpen)
    {
        ArgumentNullException.ThrowIfNull(user);
        var counted = await store.Context.Database.ExecuteSqlRawAsync(TakeTry, [user.Id, Options.Lockout.MaxFailedAccessAttempts, onlyOpen], CancellationToken);
        await store.Context.Entry(user).ReloadAsync(CancellationToken);
        return counted;
    }
}

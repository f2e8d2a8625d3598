using DiffusionHub.People.Accounts;
using Microsoft.AspNetCore.Identity;

namespace DiffusionHub.Web.Features.Accounts.Own;

/// <summary>How somebody can prove who they are.</summary>
/// <param name="HasPassword">There is a password.</param>
/// <param name="TwoStep">An authenticator's code is asked for after it.</param>
/// <param name="CodesLeft">Recovery codes that were not used.</param>
/// <param name="Passkeys">Passkeys, oldest first.</param>
internal sealed record OwnWays(bool HasPassword, bool TwoStep, int CodesLeft, IReadOnlyList<UserPasskeyInfo> Passkeys);

/// <summary>One's own account through Identity. Each deed has a scope of its own: a circuit lives long, and what it read is old soon.</summary>
internal sealed class OwnAccount(IServiceScopeFactory scopes)
{
    /// <summary>Does something with the account as it is now.</summary>
    /// <exception cref="InvalidOperationException">It is gone.</exception>
    public async Task<T> WithAsync<T>(Guid id, Func<AccountManager, Account, Task<T>> work)
    {
        await using var scope = scopes.CreateAsyncScope();
        var manager = scope.ServiceProvider.GetRequiredService<AccountManager>();
        return await work(manager, await manager.FindByIdAsync(id.ToString()) ?? throw new InvalidOperationException("This account is gone."));
    }

    /// <summary>How they can prove who they are.</summary>
    public Task<OwnWays> WaysAsync(Guid id) => WithAsync(id, async (manager, account) => new OwnWays(
        account.PasswordHash is not null, account.TwoFactorEnabled, await manager.CountRecoveryCodesAsync(account),
        [.. (await manager.GetPasskeysAsync(account)).OrderBy(p => p.CreatedAt)]));
}

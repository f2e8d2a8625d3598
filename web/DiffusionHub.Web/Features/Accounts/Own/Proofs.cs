using System.Collections.Concurrent;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Audit;
using DiffusionHub.People.Sessions;
using DiffusionHub.Web.Shared.People;

namespace DiffusionHub.Web.Features.Accounts.Own;

/// <summary>
/// Whoever finds a browser that is signed in must not take the account over: what changes how one signs in needs a proof that is not old
/// (ASVS 3.7.1). The sign-in itself is one.
/// </summary>
internal sealed class Proofs(OwnAccount own, PasswordGate gate, SessionBook sessions, AuditLog audit, TimeProvider time)
{
    /// <summary>How long a proof counts.</summary>
    public static readonly TimeSpan Lasting = TimeSpan.FromMinutes(10);

    // To do what cannot be undone one proves it on the spot.
    private static readonly TimeSpan Spot = TimeSpan.FromMinutes(2);
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _given = new();

    /// <summary>Whether this session has proved lately who it is.</summary>
    public async Task<bool> IsRecentAsync(CurrentUser me) => me.SessionId is { } session
        && (IsWithin(session, Lasting) || (await sessions.ListAsync(me.Id)).Any(s => s.Id == session && time.GetUtcNow() - s.CreatedAt < Lasting));

    /// <summary>Whether it has done so within the last two minutes; the sign-in does not count.</summary>
    public bool IsOnTheSpot(CurrentUser me) => me.SessionId is { } session && IsWithin(session, Spot);

    /// <summary>It has proved it now.</summary>
    public void Note(CurrentUser me)
    {
        foreach (var (old, at) in _given)
        {
            if (time.GetUtcNow() - at > Lasting)
            {
                _given.TryRemove(old, out _);
            }
        }

        _given[me.SessionId!.Value] = time.GetUtcNow();
    }

    /// <summary>By the password. Wrong ones count like those of a sign-in.</summary>
    /// <returns>Why it is none, or null.</returns>
    public async Task<string?> ByPasswordAsync(CurrentUser me, string password)
    {
        using var turn = await gate.EnterAsync(CancellationToken.None);
        return turn is null ? AccountTexts.Busy : await TryAsync(me, "password", AccountTexts.PasswordWrong, (manager, account) =>
            password.Length <= PasswordRules.Most ? manager.CheckPasswordAsync(account, password) : Task.FromResult(false));
    }

    /// <summary>By an authenticator's code, for whoever has no password.</summary>
    /// <returns>Why it is none, or null.</returns>
    public Task<string?> ByCodeAsync(CurrentUser me, string code) => TryAsync(me, "authenticator", AccountTexts.CodeRefused, async (manager, account) =>
        account.TwoFactorEnabled && code.Length <= 40 && await manager.TakeAuthenticatorCodeAsync(account, code));

    private bool IsWithin(Guid session, TimeSpan span) => _given.TryGetValue(session, out var at) && time.GetUtcNow() - at < span;

    private Task<string?> TryAsync(CurrentUser me, string how, string refusal, Func<AccountManager, Account, Task<bool>> check) => own.WithAsync(me.Id, async (manager, account) =>
    {
        if (!await manager.TakeTryAsync(account))
        {
            return AccountTexts.ProofPaused;
        }

        if (await check(manager, account))
        {
            await manager.ResetAccessFailedCountAsync(account);
            Note(me);
            return null;
        }

        await audit.WriteAsync(me.Actor, AuditActions.SignInFailed, account.Email!, new Dictionary<string, string?>(StringComparer.Ordinal) { ["how"] = $"confirmation by {how}" });
        return refusal;
    });
}

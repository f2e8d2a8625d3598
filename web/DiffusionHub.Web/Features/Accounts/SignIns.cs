using System.Text.Json;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Audit;
using DiffusionHub.Web.Features.Accounts.Passkeys;
using Microsoft.AspNetCore.Identity;

namespace DiffusionHub.Web.Features.Accounts;

/// <summary>What became of a sign-in.</summary>
internal enum SignInOutcome
{
    /// <summary>Signed in.</summary>
    Done,

    /// <summary>The password is right; the second factor is asked for.</summary>
    SecondFactor,

    /// <summary>No. Why is not told: a stranger must not learn which addresses have accounts.</summary>
    Refused,

    /// <summary>Too many are signing in at this moment.</summary>
    Busy,
}

/// <summary>Signs people in, and writes down who tried.</summary>
internal sealed class SignIns(SignInManager<Account> signIn, AccountManager accounts, PasswordGate gate, AuditLog audit, IHttpContextAccessor requests)
{
    /// <summary>With address and password. Takes as long for an unknown address as for a wrong password.</summary>
    public async Task<SignInOutcome> PasswordAsync(string email, string password)
    {
        using var turn = await gate.EnterAsync(Aborted);
        if (turn is null)
        {
            return SignInOutcome.Busy;
        }

        var account = email.Length <= AccountRules.MostAddress && password.Length <= PasswordRules.Most ? await accounts.FindByNameAsync(email.Trim()) : null;
        if (account is not { PasswordHash: not null, DisabledAt: null } || await accounts.IsLockedOutAsync(account))
        {
            gate.Pretend(password);
            await WriteAsync(AuditActions.SignInFailed, account?.Id, email, account is null ? "unknown" : "disabled, locked out or without password");
            return SignInOutcome.Refused;
        }

        var result = await signIn.PasswordSignInAsync(account, password, isPersistent: true, lockoutOnFailure: true);
        if (result.Succeeded || result.RequiresTwoFactor)
        {
            if (result.Succeeded)
            {
                await WriteAsync(AuditActions.SignedIn, account.Id, email, "password");
            }

            return result.Succeeded ? SignInOutcome.Done : SignInOutcome.SecondFactor;
        }

        await WriteAsync(result.IsLockedOut ? AuditActions.LockedOut : AuditActions.SignInFailed, account.Id, email, "password");
        return SignInOutcome.Refused;
    }

    /// <summary>Whether somebody has given the password and is asked for the second factor.</summary>
    public async Task<bool> WaitsForSecondFactorAsync() => await signIn.GetTwoFactorAuthenticationUserAsync() is not null;

    /// <summary>With an authenticator's code, or a recovery code, after the password. Wrong ones count like wrong passwords.</summary>
    public async Task<SignInOutcome> SecondFactorAsync(string code)
    {
        if (await signIn.GetTwoFactorAuthenticationUserAsync() is not { DisabledAt: null } account || !await accounts.TakeTryAsync(account))
        {
            return SignInOutcome.Refused;
        }

        var digits = code.Count(char.IsAsciiDigit);
        var byCode = digits == 6 && code.All(c => char.IsAsciiDigit(c) || char.IsWhiteSpace(c));
        var right = byCode ? await accounts.TakeAuthenticatorCodeAsync(account, code)
            : code.Length <= 40 && (await accounts.RedeemTwoFactorRecoveryCodeAsync(account, code.Trim())).Succeeded;
        if (!right)
        {
            await WriteAsync(AuditActions.SignInFailed, account.Id, account.Email!, "second factor");
            return SignInOutcome.Refused;
        }

        await accounts.ResetAccessFailedCountAsync(account);
        await Http.SignOutSecondFactorAsync();
        await signIn.SignInAsync(account, isPersistent: true);
        await WriteAsync(AuditActions.SignedIn, account.Id, account.Email!, byCode ? "authenticator" : "recovery code");
        return SignInOutcome.Done;
    }

    /// <summary>With a passkey alone: it is held by a device that has seen finger, face or PIN, so that it is two factors in one.</summary>
    public async Task<SignInOutcome> PasskeyAsync(JsonElement credential)
    {
        var result = await PasskeyChecks.AssertAsync(signIn, credential);
        if (result is not { Succeeded: true, User.DisabledAt: null, Passkey.IsUserVerified: true })
        {
            await WriteAsync(AuditActions.SignInFailed, result?.User?.Id, result?.User?.Email ?? "", "passkey");
            return SignInOutcome.Refused;
        }

        // Its counter of signatures: a copy of the authenticator would fall behind it.
        await accounts.AddOrUpdatePasskeyAsync(result.User, result.Passkey);
        await Http.SignOutSecondFactorAsync();
        await DirectAsync(result.User, "passkey");
        return SignInOutcome.Done;
    }

    /// <summary>Signs in whoever has just made an account or proved to be its owner.</summary>
    public async Task DirectAsync(Account account, string how)
    {
        await signIn.SignInAsync(account, isPersistent: true);
        await WriteAsync(AuditActions.SignedIn, account.Id, account.Email!, how);
    }

    private HttpContext Http => requests.HttpContext!;

    private CancellationToken Aborted => Http.RequestAborted;

    private Task WriteAsync(string action, Guid? id, string email, string how) => audit.WriteAsync(
        new Actor(id, email, "session", Http.Connection.RemoteIpAddress?.ToString()), action, email,
        new Dictionary<string, string?>(StringComparer.Ordinal) { ["how"] = how }, CancellationToken.None);
}

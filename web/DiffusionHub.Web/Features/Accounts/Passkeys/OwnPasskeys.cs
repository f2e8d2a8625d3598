using System.Buffers.Text;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Audit;
using DiffusionHub.Web.Features.Accounts.Own;
using DiffusionHub.Web.Shared.People;
using Microsoft.AspNetCore.Identity;

namespace DiffusionHub.Web.Features.Accounts.Passkeys;

/// <summary>One's own passkeys (WebAuthn credentials). What the browser signs is checked by Identity; see <see cref="PasskeyEndpoints"/> for the two ceremonies.</summary>
internal sealed class OwnPasskeys(OwnAccount own, AuditLog audit)
{
    /// <summary>Most passkeys of one person.</summary>
    public const int Most = 20;

    /// <summary>Keeps a new one.</summary>
    /// <returns>Why not, or null.</returns>
    public Task<string?> AddAsync(CurrentUser me, UserPasskeyInfo passkey, string name) => own.WithAsync<string?>(me.Id, async (manager, account) =>
    {
        if (!AccountRules.IsName(name))
        {
            return AccountTexts.PasskeyNameBad;
        }

        if ((await manager.GetPasskeysAsync(account)).Count >= Most)
        {
            return AccountText.Of(AccountTexts.PasskeysFull, Most);
        }

        passkey.Name = name.Trim();
        if (!(await manager.AddOrUpdatePasskeyAsync(account, passkey)).Succeeded)
        {
            return AccountTexts.PasskeyFailed;
        }

        await TellAsync(me, AuditActions.PasskeyAdded, passkey);
        return null;
    });

    /// <summary>Gives one another name.</summary>
    /// <returns>Why not, or null.</returns>
    public Task<string?> RenameAsync(CurrentUser me, string id, string name) => own.WithAsync<string?>(me.Id, async (manager, account) =>
    {
        if (!AccountRules.IsName(name))
        {
            return AccountTexts.PasskeyNameBad;
        }

        if (await manager.GetPasskeyAsync(account, Base64Url.DecodeFromChars(id)) is { } passkey)
        {
            passkey.Name = name.Trim();
            await manager.AddOrUpdatePasskeyAsync(account, passkey);
        }

        return null;
    });

    /// <summary>Takes one away: it opens nothing any more.</summary>
    public Task RemoveAsync(CurrentUser me, string id) => own.WithAsync(me.Id, async (manager, account) =>
    {
        if (await manager.GetPasskeyAsync(account, Base64Url.DecodeFromChars(id)) is not { } passkey)
        {
            return false;
        }

        await manager.RemovePasskeyAsync(account, passkey.CredentialId);
        await TellAsync(me, AuditActions.PasskeyRemoved, passkey);
        return true;
    });

    private Task TellAsync(CurrentUser me, string action, UserPasskeyInfo passkey) =>
        audit.WriteAsync(me.Actor, action, me.Person.Email!, new Dictionary<string, string?>(StringComparer.Ordinal) { ["name"] = passkey.Name });
}

using DiffusionHub.People.Accounts;
using DiffusionHub.Web.Shared.People;

namespace DiffusionHub.Web.Features.Accounts.Own;

/// <summary>Changing one's own password.</summary>
internal sealed class OwnPassword(Proofs proofs, PasswordGate gate, AccountBook accounts)
{
    /// <summary>Sets a new one; this session stays, the others end.</summary>
    /// <returns>What is wrong with the present and the new one; both null: it is set.</returns>
    public async Task<(string? Present, string? New)> ChangeAsync(CurrentUser me, string present, string wanted)
    {
        // Before the present one is looked at: a slip in the new one must not cost a try.
        if (PasswordRules.Fault(wanted, me.Person.Email) is { } fault)
        {
            return (null, fault);
        }

        if (await proofs.ByPasswordAsync(me, present) is { } refusal)
        {
            return (refusal, null);
        }

        using var turn = await gate.EnterAsync(CancellationToken.None);
        return (null, turn is null ? AccountTexts.Busy : (await accounts.SetPasswordAsync(me.Id, wanted, me.SessionId, me.Actor))?.Message);
    }
}

using System.Text;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Audit;
using DiffusionHub.Web.Shared.People;
using QRCoder;

namespace DiffusionHub.Web.Features.Accounts.Own;

/// <summary>What an authenticator app is given.</summary>
/// <param name="Key">The secret in groups of four, to be typed (base32, RFC 4648).</param>
/// <param name="Address">As <c>otpauth://</c> address.</param>
internal sealed record AuthenticatorSecret(string Key, string Address)
{
    /// <summary>The address as a QR code: an SVG path of unit squares, and the side with its quiet zone.</summary>
    public (string Path, int Side) QrCode()
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(Address, QRCodeGenerator.ECCLevel.M);
        var path = new StringBuilder();
        for (var y = 0; y < code.ModuleMatrix.Count; y++)
        {
            for (var x = 0; x < code.ModuleMatrix[y].Length; x++)
            {
                if (code.ModuleMatrix[y][x])
                {
                    path.Append(System.Globalization.CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
                }
            }
        }

        return (path.ToString(), code.ModuleMatrix.Count);
    }
}

/// <summary>Two-step sign-in: an authenticator's codes (TOTP, RFC 6238) after the password, and recovery codes for when it is lost.</summary>
internal sealed class TwoStep(OwnAccount own, AuditLog audit)
{
    private const int Codes = 10;

    /// <summary>A new secret; it counts once <see cref="SwitchOnAsync"/> has seen a code made with it. Null: two-step sign-in is on already.</summary>
    public Task<AuthenticatorSecret?> BeginAsync(CurrentUser me) => own.WithAsync<AuthenticatorSecret?>(me.Id, async (manager, account) =>
    {
        if (account.TwoFactorEnabled)
        {
            return null;
        }

        await manager.ResetAuthenticatorKeyAsync(account);
        var key = (await manager.GetAuthenticatorKeyAsync(account))!;
        return new AuthenticatorSecret(
            string.Join(' ', key.Chunk(4).Select(four => new string(four))),
            $"otpauth://totp/DiffusionHub:{Uri.EscapeDataString(account.Email!)}?secret={key}&issuer=DiffusionHub");
    });

    /// <summary>Switches it on with a first code.</summary>
    /// <returns>The recovery codes, shown this once; null: the code is not right.</returns>
    public Task<IReadOnlyList<string>?> SwitchOnAsync(CurrentUser me, string code) => own.WithAsync<IReadOnlyList<string>?>(me.Id, async (manager, account) =>
    {
        if (account.TwoFactorEnabled || code.Length > 40 || await manager.GetAuthenticatorKeyAsync(account) is null || !await manager.TakeAuthenticatorCodeAsync(account, code))
        {
            return null;
        }

        await manager.SetTwoFactorEnabledAsync(account, true);
        await TellAsync(me, "on");
        return await NewCodesAsync(manager, account);
    });

    /// <summary>New recovery codes; the old ones end.</summary>
    public Task<IReadOnlyList<string>> RenewAsync(CurrentUser me) => own.WithAsync(me.Id, async (manager, account) =>
    {
        await TellAsync(me, "new recovery codes");
        return await NewCodesAsync(manager, account);
    });

    /// <summary>Switches it off; secret and recovery codes end.</summary>
    public Task SwitchOffAsync(CurrentUser me) => own.WithAsync(me.Id, async (manager, account) =>
    {
        await manager.SetTwoFactorEnabledAsync(account, false);
        await manager.ResetAuthenticatorKeyAsync(account);
        await manager.GenerateNewTwoFactorRecoveryCodesAsync(account, 0);
        await TellAsync(me, "off");
        return true;
    });

    private static async Task<IReadOnlyList<string>> NewCodesAsync(AccountManager manager, Account account) =>
        [.. await manager.GenerateNewTwoFactorRecoveryCodesAsync(account, Codes) ?? []];

    private Task TellAsync(CurrentUser me, string what) =>
        audit.WriteAsync(me.Actor, AuditActions.TwoFactorChanged, me.Person.Email!, new Dictionary<string, string?>(StringComparer.Ordinal) { ["to"] = what });
}

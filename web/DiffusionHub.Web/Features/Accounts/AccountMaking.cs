using DiffusionHub.Domain.Requests;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Audit;
using DiffusionHub.People.Links;
using DiffusionHub.People.Roles;

namespace DiffusionHub.Web.Features.Accounts;

/// <summary>What one-time links do: the setup, invitations, new passwords; and signing up where that is open.</summary>
internal sealed class AccountMaking(LinkBook links, AccountBook accounts, SignUpRules signUp, SignIns signIns, PasswordGate gate, IHttpContextAccessor requests)
{
    /// <summary>Whether a link can be used.</summary>
    public async Task<bool> IsOpenAsync(string kind, string? secret) => await FindAsync(kind, secret) is not null;

    /// <summary>The link, as long as it can be used.</summary>
    public Task<Link?> FindAsync(string kind, string? secret) => links.FindAsync(kind, secret);

    /// <summary>Makes the first administrator and signs them in.</summary>
    /// <returns>What is wrong; a field <c>link</c>: it cannot be used any more.</returns>
    public async Task<IReadOnlyList<FieldError>> SetUpAsync(AccountForm form, bool needsLink)
    {
        // A link of the hour in which somebody else became the administrator is worth nothing.
        if ((await accounts.ExistAsync()).Admin)
        {
            return Dead;
        }

        var link = needsLink ? await links.UseAsync(LinkKinds.Setup, form.Link) : null;
        return needsLink && link is null ? Dead : await MakeAsync(form, RoleNames.Admin, link, "setup");
    }

    /// <summary>Makes an account by invitation, or by itself where that is open, and signs in.</summary>
    public async Task<IReadOnlyList<FieldError>> JoinAsync(AccountForm form)
    {
        if (form.Link.Length == 0)
        {
            return await signUp.OpenRoleAsync() is { } role ? await MakeAsync(form, role, null, "sign-up") : Dead;
        }

        // Used up first: of two who use it at once, one gets the account.
        if (await links.UseAsync(LinkKinds.Invitation, form.Link) is not { } link)
        {
            return Dead;
        }

        if (link.Email is { } address && !address.Equals(form.Email.Trim(), StringComparison.OrdinalIgnoreCase))
        {
            await links.ReopenAsync(link.Id);
            return [new FieldError("email", AccountTexts.OtherAddress)];
        }

        return await MakeAsync(form, link.Role ?? RoleNames.Member, link, "invitation");
    }

    /// <summary>Sets a new password by a link.</summary>
    public async Task<IReadOnlyList<FieldError>> ResetAsync(AccountForm form)
    {
        if (await links.FindAsync(LinkKinds.Reset, form.Link) is not { AccountId: { } id } link)
        {
            return Dead;
        }

        if (PasswordRules.Fault(form.Password, link.Email) is { } fault)
        {
            return [new FieldError("password", fault)];
        }

        using var turn = await gate.EnterAsync(CancellationToken.None);
        if (turn is null)
        {
            return [new FieldError("password", AccountTexts.Busy)];
        }

        if (await links.UseAsync(LinkKinds.Reset, form.Link) is null)
        {
            return Dead;
        }

        return await accounts.SetPasswordAsync(id, form.Password, keep: null, new Actor(id, link.Email ?? "", "link", Address)) is { } error ? [error] : [];
    }

    private static IReadOnlyList<FieldError> Dead => [new FieldError("link", AccountTexts.LinkDead)];

    private string? Address => requests.HttpContext?.Connection.RemoteIpAddress?.ToString();

    private async Task<IReadOnlyList<FieldError>> MakeAsync(AccountForm form, string role, Link? link, string how)
    {
        using var turn = await gate.EnterAsync(CancellationToken.None);
        var (account, errors) = turn is null
            ? (null, [new FieldError("password", AccountTexts.Busy)])
            : await accounts.CreateAsync(form.Email, form.Name, role, form.Password, new Actor(null, form.Email.Trim(), how, Address));
        if (account is not null)
        {
            await (link is null ? Task.CompletedTask : links.NoteUserAsync(link.Id, account.Id));
            await signIns.DirectAsync(account, how);
        }
        else if (link is not null)
        {
            await links.ReopenAsync(link.Id);
        }

        return errors;
    }
}

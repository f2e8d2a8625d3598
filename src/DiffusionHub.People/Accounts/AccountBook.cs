using DiffusionHub.Domain.People;
using DiffusionHub.Domain.Requests;
using DiffusionHub.People.Audit;
using DiffusionHub.People.Links;
using DiffusionHub.People.Quotas;
using DiffusionHub.People.Roles;
using DiffusionHub.People.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DiffusionHub.People.Accounts;

/// <summary>An account as administrators see it.</summary>
/// <param name="Account">The account.</param>
/// <param name="Name">Name to show.</param>
public sealed record AccountView(Account Account, string Name);

/// <summary>Makes and changes accounts. Each change is written to the audit log.</summary>
public sealed class AccountBook(
    IServiceScopeFactory scopes, IDbContextFactory<PeopleDbContext> contexts, SessionBook sessions, PeopleDirectory directory, LinkBook links, AuditLog audit,
    QuotaBook quotas, TimeProvider time)
{
    /// <summary>Makes an account. The first administrator's is the local user's: it has what was made before there were accounts.</summary>
    /// <param name="email">Address, by which it signs in.</param>
    /// <param name="name">Name to show, 1–100 characters.</param>
    /// <param name="role">One of <see cref="RoleNames"/>.</param>
    /// <param name="password">Null: none yet; a link of the kind reset sets one.</param>
    /// <param name="actor">Who makes it; null: it makes itself.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The account, or what is wrong.</returns>
    public async Task<(Account? Account, IReadOnlyList<FieldError> Errors)> CreateAsync(
        string email, string name, string role, string? password, Actor? actor, CancellationToken cancellationToken = default)
    {
        email = email.Trim();
        List<FieldError> errors = [.. AccountRules.Email(email), .. AccountRules.Name(name), .. AccountRules.Role(role)];
        if (password is not null && PasswordRules.Fault(password, email) is { } fault)
        {
            errors.Add(new FieldError("password", fault));
        }

        if (errors.Count > 0)
        {
            return (null, errors);
        }

        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<PeopleDbContext>();
        var manager = scope.ServiceProvider.GetRequiredService<AccountManager>();
        var account = new Account { UserName = email, Email = email, EmailConfirmed = true, Role = role, LockoutEnabled = true };
        // Before the transaction: it takes a while on purpose, and on a busy machine longer than a transaction may sleep.
        account.PasswordHash = password is null ? null : manager.PasswordHasher.HashPassword(account, password);
        // One at a time, so that two people cannot both be the first.
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.Database.ExecuteSqlRawAsync("SELECT pg_advisory_xact_lock(hashtext('people.account'))", cancellationToken);
        // The first administrator, even where others came before: as long as the local user is a person without an account.
        var first = role == RoleNames.Admin && await context.Users.AnyAsync(u => u.Id == User.LocalId, cancellationToken)
            && !await context.Accounts.AnyAsync(a => a.Id == User.LocalId || a.Role == RoleNames.Admin, cancellationToken);
        var id = first ? User.LocalId : Guid.CreateVersion7();
        if (await context.Users.FirstOrDefaultAsync(u => u.Id == id, cancellationToken) is { } local)
        {
            local.Name = name.Trim();
        }
        else
        {
            context.Users.Add(new User { Id = id, Name = name.Trim() });
        }

        account.Id = id;
        try
        {
            var result = await manager.CreateAsync(account);
            if (!result.Succeeded)
            {
                return (null, [.. result.Errors.Select(e => new FieldError("email", e.Description))]);
            }

            await transaction.CommitAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return (null, [new FieldError("email", PeopleTexts.EmailTaken)]);
        }

        directory.Forget();
        await quotas.ApplyAsync(cancellationToken);
        await audit.WriteAsync(actor ?? new Actor(id, email, "hub", null), AuditActions.AccountMade, email, Detail(("role", role)), cancellationToken);
        return (account, []);
    }

    /// <summary>Every account, by address.</summary>
    public async Task<IReadOnlyList<AccountView>> ListAsync(CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return [.. (await (from a in context.Accounts.AsNoTracking() join u in context.Users on a.Id equals u.Id orderby a.NormalizedEmail select new { a, u.Name }).ToListAsync(cancellationToken))
            .Select(x => new AccountView(x.a, x.Name))];
    }

    /// <summary>The account of an address or id; null: none.</summary>
    public async Task<Account?> FindAsync(string emailOrId, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var normalized = emailOrId.Trim().ToUpperInvariant();
        var id = Guid.TryParse(emailOrId, out var parsed) ? parsed : Guid.Empty;
        return await context.Accounts.AsNoTracking().FirstOrDefaultAsync(a => a.NormalizedEmail == normalized || a.Id == id, cancellationToken);
    }

    /// <summary>Whether there is an account, and an administrator who may sign in.</summary>
    public async Task<(bool Any, bool Admin)> ExistAsync(CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var any = await context.Accounts.AnyAsync(cancellationToken);
        return (any, any && await context.Accounts.AnyAsync(a => a.Role == RoleNames.Admin && a.DisabledAt == null, cancellationToken));
    }

    /// <summary>Gives another role; what it allows is felt within two seconds.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public Task<FieldError?> SetRoleAsync(Guid id, string role, Actor actor, CancellationToken cancellationToken = default) =>
        AccountRules.Role(role).FirstOrDefault() is { } error
            ? Task.FromResult<FieldError?>(error)
            : ChangeAsync(id, losesAdmin: role != RoleNames.Admin, a => a.Role = role, AuditActions.RoleChanged, actor, a => Detail(("from", a.Role), ("to", role)), cancellationToken);

    /// <summary>Keeps somebody out, and ends every session at once. Their pictures stay.</summary>
    /// <returns>Why not, or null.</returns>
    public async Task<FieldError?> DisableAsync(Guid id, Actor actor, CancellationToken cancellationToken = default)
    {
        var error = await ChangeAsync(id, losesAdmin: true, a => a.DisabledAt = time.GetUtcNow(), AuditActions.AccountDisabled, actor, _ => null, cancellationToken);
        if (error is null)
        {
            await sessions.EndAllAsync(id, cancellationToken: cancellationToken);
        }

        return error;
    }

    /// <summary>Lets somebody in again.</summary>
    public Task<FieldError?> EnableAsync(Guid id, Actor actor, CancellationToken cancellationToken = default) =>
        ChangeAsync(id, losesAdmin: false, a => a.DisabledAt = null, AuditActions.AccountEnabled, actor, _ => null, cancellationToken);

    /// <summary>Sets what somebody has over the role's quota.</summary>
    public Task<FieldError?> SetQuotaAsync(Guid id, Quota quota, Actor actor, CancellationToken cancellationToken = default) => ChangeAsync(
        id, losesAdmin: false, a => (a.WaitingJobs, a.RunningJobs, a.PicturesADay, a.DeviceSecondsADay, a.StorageBytes) = (quota.WaitingJobs, quota.RunningJobs, quota.PicturesADay, quota.DeviceSecondsADay, quota.StorageBytes),
        AuditActions.QuotaChanged, actor, _ => Detail(("quota", quota.ToString())), cancellationToken);

    /// <summary>Takes a disabled account away for good, and the person behind it: sessions, keys, passkeys and links go with it.</summary>
    /// <returns>False: there is something that still belongs to the person, such as a picture.</returns>
    public async Task<bool> DeleteAsync(Account account, Actor actor, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        try
        {
            await context.Users.Where(u => u.Id == account.Id && context.Accounts.Any(a => a.Id == u.Id && a.DisabledAt != null)).ExecuteDeleteAsync(cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return false;
        }

        directory.Forget();
        await audit.WriteAsync(actor, AuditActions.AccountDeleted, account.Email!, cancellationToken: cancellationToken);
        return true;
    }

    /// <summary>Another name to show.</summary>
    public async Task<FieldError?> RenameAsync(Guid id, string name, CancellationToken cancellationToken = default)
    {
        if (AccountRules.Name(name).FirstOrDefault() is { } error)
        {
            return error;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Users.Where(u => u.Id == id).ExecuteUpdateAsync(set => set.SetProperty(u => u.Name, name.Trim()), cancellationToken);
        directory.Forget();
        return null;
    }

    /// <summary>A link by which somebody sets a new password.</summary>
    public Task<string> ResetLinkAsync(Account account, Actor actor, CancellationToken cancellationToken = default) =>
        links.CreateAsync(new LinkWish(LinkKinds.Reset, LinkWish.ResetLifetime) { AccountId = account.Id, Email = account.Email }, actor, cancellationToken);

    /// <summary>Sets a password; every other session ends.</summary>
    /// <param name="id">Whose.</param>
    /// <param name="password">The new one.</param>
    /// <param name="keep">The session that stays; null: none.</param>
    /// <param name="actor">Who sets it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public async Task<FieldError?> SetPasswordAsync(Guid id, string password, Guid? keep, Actor actor, CancellationToken cancellationToken = default)
    {
        await using var scope = scopes.CreateAsyncScope();
        var manager = scope.ServiceProvider.GetRequiredService<AccountManager>();
        if (await manager.FindByIdAsync(id.ToString()) is not { } account)
        {
            return new FieldError("account", PeopleTexts.NoAccount);
        }

        if (PasswordRules.Fault(password, account.Email) is { } fault)
        {
            return new FieldError("password", fault);
        }

        account.PasswordHash = manager.PasswordHasher.HashPassword(account, password);
        (account.AccessFailedCount, account.Lockouts, account.LockoutEnd) = (0, 0, null);
        await manager.UpdateSecurityStampAsync(account);
        await sessions.EndAllAsync(id, keep, cancellationToken);
        await audit.WriteAsync(actor, AuditActions.PasswordChanged, account.Email!, cancellationToken: cancellationToken);
        return null;
    }

    private async Task<FieldError?> ChangeAsync(
        Guid id, bool losesAdmin, Action<Account> change, string action, Actor actor, Func<Account, Dictionary<string, string?>?> detail, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.Database.ExecuteSqlRawAsync("SELECT pg_advisory_xact_lock(hashtext('people.account'))", cancellationToken);
        if (await context.Accounts.FirstOrDefaultAsync(a => a.Id == id, cancellationToken) is not { } account)
        {
            return new FieldError("account", PeopleTexts.NoAccount);
        }

        if (losesAdmin && await IsLastAdminAsync(context, account, cancellationToken))
        {
            return new FieldError("role", PeopleTexts.LastAdmin);
        }

        var said = detail(account);
        change(account);
        account.ConcurrencyStamp = Guid.NewGuid().ToString();
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        directory.Forget();
        await quotas.ApplyAsync(cancellationToken);
        await audit.WriteAsync(actor, action, account.Email!, said, cancellationToken);
        return null;
    }

    internal static async Task<bool> IsLastAdminAsync(PeopleDbContext context, Account account, CancellationToken cancellationToken) =>
        account is { Role: RoleNames.Admin, DisabledAt: null }
        && !await context.Accounts.AnyAsync(a => a.Role == RoleNames.Admin && a.DisabledAt == null && a.Id != account.Id, cancellationToken);

    private static Dictionary<string, string?> Detail(params (string Name, string? Value)[] values) => values.ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal);
}

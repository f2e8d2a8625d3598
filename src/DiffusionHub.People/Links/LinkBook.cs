using DiffusionHub.People.Audit;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.People.Links;

/// <summary>What a new link is to do.</summary>
/// <param name="Kind">One of <see cref="LinkKinds"/>.</param>
/// <param name="Lifetime">How long it can be used.</param>
public sealed record LinkWish(string Kind, TimeSpan Lifetime)
{
    /// <summary>Whose password or address it is about.</summary>
    public Guid? AccountId { get; init; }

    /// <summary>Role of the account that an invitation makes.</summary>
    public string? Role { get; init; }

    /// <summary>The address that an invitation is for, or that is to be confirmed.</summary>
    public string? Email { get; init; }

    /// <summary>How long a link to the setup can be used.</summary>
    public static readonly TimeSpan SetupLifetime = TimeSpan.FromHours(1);

    /// <summary>How long an invitation can be used.</summary>
    public static readonly TimeSpan InvitationLifetime = TimeSpan.FromDays(7);

    /// <summary>How long a link that sets a password can be used.</summary>
    public static readonly TimeSpan ResetLifetime = TimeSpan.FromDays(1);
}

/// <summary>One-time links.</summary>
public sealed class LinkBook(IDbContextFactory<PeopleDbContext> contexts, AuditLog audit, TimeProvider time)
{
    /// <summary>Makes a link; earlier ones of the same kind for the same account end (of the setup: all).</summary>
    /// <returns>The secret that the link's address holds, given away this once.</returns>
    public async Task<string> CreateAsync(LinkWish wish, Actor actor, CancellationToken cancellationToken = default)
    {
        var secret = Secret.New();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (wish.Kind != LinkKinds.Invitation)
        {
            await context.Links.Where(l => l.Kind == wish.Kind && l.AccountId == wish.AccountId && l.UsedAt == null).ExecuteDeleteAsync(cancellationToken);
        }

        context.Links.Add(new Link
        {
            Id = Guid.CreateVersion7(), Kind = wish.Kind, Hash = Secret.Hash(secret), AccountId = wish.AccountId, Role = wish.Role, Email = wish.Email,
            CreatedBy = actor.Id, ExpiresAt = time.GetUtcNow() + wish.Lifetime,
        });
        await context.SaveChangesAsync(cancellationToken);
        await audit.WriteAsync(actor, AuditActions.LinkMade, wish.Kind, new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["role"] = wish.Role, ["email"] = wish.Email, ["account"] = wish.AccountId?.ToString(),
        }, cancellationToken);
        return secret;
    }

    /// <summary>The link, as long as it can be used; null: unknown, used, or expired.</summary>
    public async Task<Link?> FindAsync(string kind, string? secret, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await Open(context, kind, secret).AsNoTracking().FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Uses the link up; null where somebody was quicker, or it cannot be used any more.</summary>
    public async Task<Link?> UseAsync(string kind, string? secret, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var link = await Open(context, kind, secret).AsNoTracking().FirstOrDefaultAsync(cancellationToken);
        return link is not null && await context.Links.Where(l => l.Id == link.Id && l.UsedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(l => l.UsedAt, time.GetUtcNow()), cancellationToken) == 1 ? link : null;
    }

    /// <summary>When the last link of a kind was made for an account, used or not; null: never.</summary>
    public async Task<DateTimeOffset?> LastAsync(string kind, Guid accountId, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Links.Where(l => l.Kind == kind && l.AccountId == accountId).MaxAsync(l => (DateTimeOffset?)l.CreatedAt, cancellationToken);
    }

    /// <summary>Notes whose account an invitation became: it can no longer be taken back.</summary>
    public async Task NoteUserAsync(Guid id, Guid accountId, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Links.Where(l => l.Id == id).ExecuteUpdateAsync(set => set.SetProperty(l => l.UsedBy, accountId), cancellationToken);
    }

    /// <summary>A link whose use failed can be used again.</summary>
    public async Task ReopenAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Links.Where(l => l.Id == id).ExecuteUpdateAsync(set => set.SetProperty(l => l.UsedAt, (DateTimeOffset?)null), cancellationToken);
    }

    /// <summary>Invitations, newest first, used and expired ones too.</summary>
    public async Task<IReadOnlyList<Link>> InvitationsAsync(int limit, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Links.AsNoTracking().Where(l => l.Kind == LinkKinds.Invitation).OrderByDescending(l => l.Id).Take(limit).ToListAsync(cancellationToken);
    }

    /// <summary>Takes an invitation back; true where it could still be used.</summary>
    public async Task<bool> RevokeAsync(Guid id, Actor actor, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Links.Where(l => l.Id == id && l.UsedBy == null).ExecuteDeleteAsync(cancellationToken) == 0)
        {
            return false;
        }

        await audit.WriteAsync(actor, AuditActions.LinkRevoked, id.ToString(), cancellationToken: cancellationToken);
        return true;
    }

    private IQueryable<Link> Open(PeopleDbContext context, string kind, string? secret)
    {
        var (hash, now) = (Secret.Hash(secret ?? ""), time.GetUtcNow());
        return context.Links.Where(l => l.Hash == hash && l.Kind == kind && l.UsedAt == null && l.ExpiresAt > now);
    }
}

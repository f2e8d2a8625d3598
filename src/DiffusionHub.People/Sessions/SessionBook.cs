using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;

namespace DiffusionHub.People.Sessions;

/// <summary>The sessions: made at sign-in, looked at with every request (an answer is at most two seconds old), ended by deleting them.</summary>
public sealed class SessionBook(IDbContextFactory<PeopleDbContext> contexts, TimeProvider time) : IDisposable
{
    /// <summary>A session that is not used for so long ends.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromDays(14);

    /// <summary>However much it is used, it ends after so long (ASVS 3.3).</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(2);
    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = 10_000 });

    /// <summary>Adds a session.</summary>
    public async Task AddAsync(Session session, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Sessions.Where(s => s.AccountId == session.AccountId && s.ExpiresAt < time.GetUtcNow()).ExecuteDeleteAsync(cancellationToken);
        context.Sessions.Add(session);
        await context.SaveChangesAsync(cancellationToken);
        await context.Accounts.Where(a => a.Id == session.AccountId).ExecuteUpdateAsync(set => set.SetProperty(a => a.SeenAt, session.SeenAt), cancellationToken);
    }

    /// <summary>The session of a cookie's secret; null: it ended.</summary>
    public async Task<Session?> FindAsync(string secret, CancellationToken cancellationToken = default)
    {
        var (hash, now) = (Secret.Hash(secret), time.GetUtcNow());
        var key = Convert.ToHexString(hash);
        if (_cache.TryGetValue(key, out Session? known))
        {
            return known;
        }

        var oldest = now - Longest;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var session = await context.Sessions.AsNoTracking().FirstOrDefaultAsync(s => s.Hash == hash && s.ExpiresAt > now && s.CreatedAt > oldest, cancellationToken);
        if (session is not null && now - session.SeenAt > TimeSpan.FromMinutes(1))
        {
            await context.Sessions.Where(s => s.Id == session.Id).ExecuteUpdateAsync(set => set.SetProperty(s => s.SeenAt, now), cancellationToken);
            await context.Accounts.Where(a => a.Id == session.AccountId).ExecuteUpdateAsync(set => set.SetProperty(a => a.SeenAt, now), cancellationToken);
        }

        _cache.Set(key, session, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Freshness });
        return session;
    }

    /// <summary>The cookie was renewed: the session lives on. It stays its account's: whoever signs in over somebody else's session gets none.</summary>
    public async Task RenewAsync(string secret, Guid accountId, byte[] ticket, DateTimeOffset expiresAt, CancellationToken cancellationToken = default)
    {
        var hash = Secret.Hash(secret);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Sessions.Where(s => s.Hash == hash && s.AccountId == accountId)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.Ticket, ticket).SetProperty(s => s.ExpiresAt, expiresAt), cancellationToken);
    }

    /// <summary>Signs a browser out by its cookie's secret.</summary>
    public Task EndAsync(string secret, CancellationToken cancellationToken = default)
    {
        var hash = Secret.Hash(secret);
        return EndAsync(sessions => sessions.Where(s => s.Hash == hash), cancellationToken);
    }

    /// <summary>Signs somebody's browser out; true where it was signed in.</summary>
    public async Task<bool> EndAsync(Guid accountId, Guid id, CancellationToken cancellationToken = default) =>
        await EndAsync(sessions => sessions.Where(s => s.AccountId == accountId && s.Id == id), cancellationToken) > 0;

    /// <summary>Signs all of somebody's browsers out, but perhaps one.</summary>
    /// <returns>How many.</returns>
    public Task<int> EndAllAsync(Guid accountId, Guid? but = null, CancellationToken cancellationToken = default) =>
        EndAsync(sessions => sessions.Where(s => s.AccountId == accountId && s.Id != but), cancellationToken);

    /// <summary>Where somebody is signed in, last used first.</summary>
    public async Task<IReadOnlyList<Session>> ListAsync(Guid accountId, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Sessions.AsNoTracking().Where(s => s.AccountId == accountId && s.ExpiresAt > now).OrderByDescending(s => s.SeenAt).ToListAsync(cancellationToken);
    }

    /// <summary>Those of <paramref name="ids"/> that have not ended.</summary>
    public async Task<IReadOnlySet<Guid>> AliveAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Sessions.Where(s => ids.Contains(s.Id) && s.ExpiresAt > now).Select(s => s.Id).ToHashSetAsync(cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose() => _cache.Dispose();

    private async Task<int> EndAsync(Func<DbSet<Session>, IQueryable<Session>> which, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var ended = await which(context.Sessions).ExecuteDeleteAsync(cancellationToken);
        _cache.Clear();
        return ended;
    }
}

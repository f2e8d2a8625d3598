using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;

namespace DiffusionHub.People.Roles;

/// <summary>
/// Who somebody is and what they may do, at most two seconds old: a role that is taken away, or an account that is disabled, is felt
/// everywhere within that time.
/// </summary>
public sealed class PeopleDirectory(IDbContextFactory<PeopleDbContext> contexts) : IDisposable
{
    /// <summary>How old an answer may be.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(2);

    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = 10_000 });

    /// <summary>The person; null: there is no such account, or it is disabled.</summary>
    public async Task<Person?> FindAsync(Guid id, CancellationToken cancellationToken = default)
    {
        if (_cache.TryGetValue(id, out Person? known))
        {
            return known;
        }

        var person = await ReadAsync(id, cancellationToken);
        _cache.Set(id, person, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Freshness });
        return person;
    }

    /// <summary>This node has changed something: the next answer is anew.</summary>
    public void Forget() => _cache.Clear();

    /// <inheritdoc />
    public void Dispose() => _cache.Dispose();

    private async Task<Person?> ReadAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await (from account in context.Accounts.AsNoTracking()
                           join user in context.Users on account.Id equals user.Id
                           join role in context.Roles on account.Role equals role.Name
                           where account.Id == id && account.DisabledAt == null
                           select new { account, user.Name, role }).FirstOrDefaultAsync(cancellationToken);
        return found is null ? null : new Person(
            id, found.Name, found.account.Email, found.role.Name,
            new Rights(found.role.MayGenerate, found.role.MayPublish, found.role.Lanes, found.role.MostPixels, found.role.MostSteps),
            found.account.Quota.Over(found.role.Quota));
    }
}

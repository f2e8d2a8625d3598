using DiffusionHub.People.Roles;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.People.Quotas;

/// <summary>What somebody has used of their quota.</summary>
/// <param name="WaitingJobs">Jobs that wait or run.</param>
/// <param name="RunningJobs">Jobs that run.</param>
/// <param name="PicturesToday">Pictures made or asked for since midnight UTC.</param>
/// <param name="DeviceSecondsToday">Device seconds since midnight UTC.</param>
/// <param name="StorageBytes">Bytes of pictures in the gallery.</param>
/// <param name="RenewsAt">When the day's counts begin anew.</param>
public sealed record QuotaUse(long WaitingJobs, long RunningJobs, long PicturesToday, double DeviceSecondsToday, long StorageBytes, DateTimeOffset RenewsAt);

/// <summary>Quotas: the waiting and running ones are limits of the queue's shares; those of the day and of storage are held by <c>check-quota.sql</c> in the submit's transaction.</summary>
public sealed class QuotaBook(IDbContextFactory<PeopleDbContext> contexts)
{
    private static readonly string ApplyShares = PeopleSql.Read("apply-shares.sql");
    private static readonly string ReadUse = PeopleSql.Read("read-use.sql");

    /// <summary>The statement that refuses a submit over quota (SQLSTATE HQ001, as the queue's own refusals): owner, key or null, pictures.</summary>
    public static string CheckQuota { get; } = PeopleSql.Read("check-quota.sql");

    /// <summary>The statement before it, for the same transaction: one submit of a person at a time. Parameter: owner.</summary>
    public static string LockOwner { get; } = PeopleSql.Read("lock-owner.sql");

    /// <summary>Hands the waiting and running limits of all accounts to the queue. After every change of a role or quota.</summary>
    public async Task ApplyAsync(CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Database.ExecuteSqlRawAsync(ApplyShares, cancellationToken);
    }

    /// <summary>What somebody has used.</summary>
    public async Task<QuotaUse> UseAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Database.SqlQueryRaw<QuotaUse>(ReadUse, id).SingleAsync(cancellationToken);
    }

    /// <summary>What each role may do.</summary>
    public async Task<IReadOnlyList<Role>> RolesAsync(CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Roles.AsNoTracking().OrderBy(r => r.Rank).ToListAsync(cancellationToken);
    }

    /// <summary>Changes what a role may do; the lists and limits of <paramref name="role"/> replace the old ones.</summary>
    public async Task SaveAsync(Role role, CancellationToken cancellationToken = default)
    {
        await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            context.Roles.Update(role);
            await context.SaveChangesAsync(cancellationToken);
        }

        await ApplyAsync(cancellationToken);
    }
}

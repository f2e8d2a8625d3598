using DiffusionHub.Domain.Requests;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Audit;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.People.Keys;

/// <summary>What a new key is to be.</summary>
/// <param name="Name">1–100 characters.</param>
/// <param name="Scopes">Some of <see cref="KeyScopes"/>.</param>
/// <param name="Days">Days until it expires; null: never. 1–3650.</param>
/// <param name="RequestsAMinute">1–100,000; null: the hub's usual limit.</param>
/// <param name="PicturesADay">1–1,000,000; null: as many as its owner.</param>
public sealed record KeyWish(string Name, IReadOnlyList<string> Scopes, int? Days = null, int? RequestsAMinute = null, int? PicturesADay = null);

/// <summary>API keys.</summary>
public sealed class KeyRing(IDbContextFactory<PeopleDbContext> contexts, AuditLog audit, TimeProvider time)
{
    /// <summary>What every key begins with, so that leaked ones are found by their look.</summary>
    public const string Mark = "dh_";

    /// <summary>Most keys of one person that are not revoked.</summary>
    public const int Most = 50;

    private const int PrefixCharacters = 8;

    /// <summary>Makes a key.</summary>
    /// <returns>The key itself, to be shown this once; or what is wrong with the wish.</returns>
    public async Task<(string? Key, IReadOnlyList<FieldError> Errors)> CreateAsync(Guid accountId, KeyWish wish, Actor actor, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var errors = Check(wish).ToList();
        if (await context.Keys.CountAsync(k => k.AccountId == accountId && k.RevokedAt == null, cancellationToken) >= Most)
        {
            errors.Add(new FieldError("name", PeopleText.Of(PeopleTexts.TooManyKeys, Most)));
        }

        if (errors.Count > 0)
        {
            return (null, errors);
        }

        var text = Mark + Secret.New();
        var key = new ApiKey
        {
            Id = Guid.CreateVersion7(), AccountId = accountId, Name = wish.Name.Trim(), Prefix = text[..(Mark.Length + PrefixCharacters)], Hash = Secret.Hash(text),
            Scopes = [.. wish.Scopes.Distinct(StringComparer.Ordinal)], RequestsAMinute = wish.RequestsAMinute, PicturesADay = wish.PicturesADay,
            ExpiresAt = wish.Days is { } days ? time.GetUtcNow().AddDays(days) : null,
        };
        context.Keys.Add(key);
        await context.SaveChangesAsync(cancellationToken);
        await audit.WriteAsync(actor, AuditActions.KeyMade, key.Prefix, Detail(key), cancellationToken);
        return (text, []);
    }

    /// <summary>The key's record; null: there is no such key, or it is revoked or expired.</summary>
    public async Task<ApiKey?> FindAsync(string text, CancellationToken cancellationToken = default)
    {
        if (!text.StartsWith(Mark, StringComparison.Ordinal) || text.Length > 100)
        {
            return null;
        }

        var (hash, now) = (Secret.Hash(text), time.GetUtcNow());
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var key = await context.Keys.AsNoTracking().FirstOrDefaultAsync(
            k => k.Hash == hash && k.RevokedAt == null && (k.ExpiresAt == null || k.ExpiresAt > now), cancellationToken);
        if (key is not null && (key.UsedAt is null || now - key.UsedAt > TimeSpan.FromMinutes(1)))
        {
            await context.Keys.Where(k => k.Id == key.Id).ExecuteUpdateAsync(set => set.SetProperty(k => k.UsedAt, now), cancellationToken);
        }

        return key;
    }

    /// <summary>Somebody's keys, newest first, revoked ones too.</summary>
    /// <param name="accountId">Whose; null: everybody's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<ApiKey>> ListAsync(Guid? accountId, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Keys.AsNoTracking().Where(k => accountId == null || k.AccountId == accountId).OrderByDescending(k => k.Id).ToListAsync(cancellationToken);
    }

    /// <summary>Those of <paramref name="ids"/> that can still be used.</summary>
    public async Task<IReadOnlySet<Guid>> AliveAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Keys.Where(k => ids.Contains(k.Id) && k.RevokedAt == null && (k.ExpiresAt == null || k.ExpiresAt > now)).Select(k => k.Id).ToHashSetAsync(cancellationToken);
    }

    /// <summary>Revokes a key; true where there was one to revoke.</summary>
    /// <param name="accountId">Whose it must be; null: anybody's (an administrator asks).</param>
    /// <param name="id">The key.</param>
    /// <param name="actor">Who revokes it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<bool> RevokeAsync(Guid? accountId, Guid id, Actor actor, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var key = await context.Keys.FirstOrDefaultAsync(k => k.Id == id && k.RevokedAt == null && (accountId == null || k.AccountId == accountId), cancellationToken);
        if (key is null)
        {
            return false;
        }

        key.RevokedAt = time.GetUtcNow();
        await context.SaveChangesAsync(cancellationToken);
        await audit.WriteAsync(actor, AuditActions.KeyRevoked, key.Prefix, Detail(key), cancellationToken);
        return true;
    }

    private static Dictionary<string, string?> Detail(ApiKey key) =>
        new(StringComparer.Ordinal) { ["name"] = key.Name, ["account"] = key.AccountId.ToString(), ["scopes"] = string.Join(' ', key.Scopes) };

    private static IEnumerable<FieldError> Check(KeyWish wish)
    {
        if (!AccountRules.IsName(wish.Name))
        {
            yield return new FieldError("name", PeopleText.Of(PeopleTexts.KeyName, 100));
        }

        if (wish.Scopes.Count == 0 || wish.Scopes.Except(KeyScopes.All, StringComparer.Ordinal).Any())
        {
            yield return new FieldError("scopes", PeopleText.Of(PeopleTexts.KeyScopes, string.Join(", ", KeyScopes.All)));
        }

        if (wish.Days is < 1 or > 3650)
        {
            yield return new FieldError("days", PeopleText.Of(PeopleTexts.Range, "days", 1, 3650));
        }

        if (wish.RequestsAMinute is < 1 or > 100_000)
        {
            yield return new FieldError("requestsAMinute", PeopleText.Of(PeopleTexts.Range, "requestsAMinute", 1, 100_000));
        }

        if (wish.PicturesADay is < 1 or > 1_000_000)
        {
            yield return new FieldError("picturesADay", PeopleText.Of(PeopleTexts.Range, "picturesADay", 1, 1_000_000));
        }
    }
}

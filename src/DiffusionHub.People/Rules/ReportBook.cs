using DiffusionHub.Domain.Pictures;
using DiffusionHub.People.Audit;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.People.Rules;

/// <summary>What moderators can decide of a picture that waits for them.</summary>
public enum Decision
{
    /// <summary>A held picture is let through, a reported one stays as it is.</summary>
    Keep,

    /// <summary>It is shown behind a blur.</summary>
    Blur,

    /// <summary>Nobody sees it any more; its owner sees why.</summary>
    TakeDown,
}

/// <summary>Complaints about shared pictures, and what moderators decide of these and of pictures that are held.</summary>
public sealed class ReportBook(IDbContextFactory<PeopleDbContext> contexts, AuditLog audit)
{
    /// <summary>Most characters of a complaint.</summary>
    public const int ReportCharacters = 500;

    /// <summary>Most characters of a moderator's reason.</summary>
    public const int ReasonCharacters = 300;

    private static readonly string AddReport = PeopleSql.Read("add-report.sql");
    private static readonly string FindWaiting = PeopleSql.Read("find-waiting.sql");
    private static readonly string IsWaiting = PeopleSql.Read("is-waiting.sql");
    private static readonly string DecideSql = PeopleSql.Read("decide.sql");

    /// <summary>Complains about a shared picture of somebody else.</summary>
    /// <param name="actor">Who complains; must have an id.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="reason">What is wrong with it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null, also where this person has complained before; else a sentence that says what is wrong with the reason.</returns>
    /// <exception cref="KeyNotFoundException">There is no such picture that is shared, or it is one's own.</exception>
    public async Task<string?> ReportAsync(Actor actor, Guid picture, string? reason, CancellationToken cancellationToken = default)
    {
        if (Sentence("reason", reason, ReportCharacters) is { } fault)
        {
            return fault;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await context.Database.SqlQueryRaw<bool>(AddReport, Guid.CreateVersion7(), picture, actor.Id!.Value, reason!.Trim()).ToListAsync(cancellationToken);
        if (!found.Single())
        {
            throw new KeyNotFoundException();
        }

        await audit.WriteAsync(actor, AuditActions.PictureReported, $"picture {picture}", cancellationToken: cancellationToken);
        return null;
    }

    /// <summary>Pictures that wait for a moderator, those first that have waited longest.</summary>
    /// <param name="after">Only those after this one; null: from the first on.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<Guid>> WaitingAsync(Guid? after, int limit, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Database.SqlQueryRaw<Guid>(FindWaiting, after ?? Guid.Empty, limit).ToListAsync(cancellationToken);
    }

    /// <summary>Whether a picture waits for a moderator: only then may one see it that is not theirs and not shared.</summary>
    public async Task<bool> IsWaitingAsync(Guid picture, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return (await context.Database.SqlQueryRaw<bool>(IsWaiting, picture).ToListAsync(cancellationToken)).Single();
    }

    /// <summary>Open complaints about pictures, oldest first.</summary>
    public async Task<IReadOnlyList<Report>> OpenAsync(IReadOnlyList<Guid> pictures, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Reports.AsNoTracking().Where(report => report.ClosedAt == null && pictures.Contains(report.PictureId)).OrderBy(report => report.CreatedAt).ToListAsync(cancellationToken);
    }

    /// <summary>Names of people; never their addresses.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> NamesAsync(IEnumerable<Guid> people, CancellationToken cancellationToken = default)
    {
        var ids = people.Distinct().ToList();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Users.AsNoTracking().Where(user => ids.Contains(user.Id)).ToDictionaryAsync(user => user.Id, user => user.Name, cancellationToken);
    }

    /// <summary>Decides of a picture that waits, ends its complaints and writes it down.</summary>
    /// <param name="actor">The moderator; must have an id.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="decision">What becomes of it.</param>
    /// <param name="reason">Shown to its owner; a take-down needs one.</param>
    /// <param name="ownToo">Whether one's own pictures may be decided: an administrator's right.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null: decided. Else a sentence that says why not.</returns>
    public async Task<string?> DecideAsync(Actor actor, Guid picture, Decision decision, string? reason, bool ownToo, CancellationToken cancellationToken = default)
    {
        var given = string.IsNullOrWhiteSpace(reason) ? null : reason.Trim();
        if ((decision == Decision.TakeDown || given is not null) && Sentence("reason", given, ReasonCharacters) is { } fault)
        {
            return fault;
        }

        var standing = decision switch { Decision.Blur => PictureStanding.Blurred, Decision.TakeDown => PictureStanding.Removed, _ => "" };
        await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            if (!(await context.Database.SqlQueryRaw<bool>(DecideSql, picture, actor.Id!.Value, standing, given ?? "", ownToo).ToListAsync(cancellationToken)).Single())
            {
                return RulesTexts.NotWaiting;
            }
        }

        var detail = new Dictionary<string, string?>(StringComparer.Ordinal) { ["decision"] = Enum.GetName(decision), ["reason"] = given };
        await audit.WriteAsync(actor, AuditActions.PictureModerated, $"picture {picture}", detail, cancellationToken);
        return null;
    }

    private static string? Sentence(string field, string? reason, int most) =>
        string.IsNullOrWhiteSpace(reason) || reason.Trim().Length > most || reason.Contains('\0', StringComparison.Ordinal) ? PeopleText.Of(RulesTexts.SentenceLength, field, most, reason?.Trim().Length ?? 0) : null;
}

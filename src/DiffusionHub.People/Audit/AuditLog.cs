using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.People.Audit;

/// <summary>Who acts, as the audit log writes it down.</summary>
/// <param name="Id">The account; null: nobody that the hub knows.</param>
/// <param name="Name">Address or name.</param>
/// <param name="Via"><c>session</c>, <c>key PREFIX</c>, <c>command line</c> or <c>hub</c>.</param>
/// <param name="Address">Network address; null: this machine's terminal.</param>
public sealed record Actor(Guid? Id, string Name, string Via, string? Address)
{
    /// <summary>Whoever has a terminal on the hub's machine.</summary>
    public static Actor CommandLine { get; } = new(null, Environment.UserName, "command line", null);
}

/// <summary>The audit log. A deed and its line are two statements: where the line cannot be written, the deed is told to have failed.</summary>
public sealed class AuditLog(IDbContextFactory<PeopleDbContext> contexts)
{
    private const int MostSubject = 300;
    private const int MostName = 254;
    private const int MostAddress = 64;

    /// <summary>Adds a line.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="action">One of <see cref="AuditActions"/>.</param>
    /// <param name="subject">What it was done to; longer ones are cut.</param>
    /// <param name="detail">More, as names and values; never a secret.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task WriteAsync(Actor actor, string action, string subject, IReadOnlyDictionary<string, string?>? detail = null, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        context.Audit.Add(new AuditEntry
        {
            ActorId = actor.Id, Actor = Cut(actor.Name, MostName), Via = actor.Via, Address = actor.Address is { } address ? Cut(address, MostAddress) : null,
            Action = action, Subject = Cut(subject, MostSubject), Detail = detail is null ? "{}" : JsonSerializer.Serialize(detail.Where(d => d.Value is not null).ToDictionary(d => d.Key, d => d.Value, StringComparer.Ordinal)),
        });
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Lines that match, newest first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<AuditEntry>> ReadAsync(AuditFilter filter, int limit, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await filter.Apply(context.Audit.AsNoTracking()).OrderByDescending(a => a.Id).Take(limit).ToListAsync(cancellationToken);
    }

    /// <summary>Lines that match, oldest first, as they come from the database: however many, they do not fill the memory.</summary>
    public async IAsyncEnumerable<AuditEntry> ExportAsync(AuditFilter filter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await foreach (var entry in filter.Apply(context.Audit.AsNoTracking()).OrderBy(a => a.Id).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            yield return entry;
        }
    }

    // PostgreSQL takes no NUL, and a cut must not leave half a pair of surrogates.
    private static string Cut(string text, int most)
    {
        var clean = text.Replace("\0", "", StringComparison.Ordinal);
        return clean.Length <= most ? clean : char.IsHighSurrogate(clean[most - 1]) ? clean[..(most - 1)] : clean[..most];
    }
}

/// <summary>Which lines of the audit log; a null lets everything pass.</summary>
/// <param name="Text">Part of actor, subject or address.</param>
/// <param name="Action">One of <see cref="AuditActions"/>, or the beginning of several, such as <c>sign-in</c>.</param>
/// <param name="From">Not before.</param>
/// <param name="Until">Before.</param>
/// <param name="Before">Only lines with a smaller number: the last of the page before.</param>
public sealed record AuditFilter(string? Text = null, string? Action = null, DateTimeOffset? From = null, DateTimeOffset? Until = null, long? Before = null)
{
    internal IQueryable<AuditEntry> Apply(IQueryable<AuditEntry> lines)
    {
        if (!string.IsNullOrWhiteSpace(Text))
        {
            var pattern = "%" + Text.Trim().Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal) + "%";
            lines = lines.Where(a => EF.Functions.ILike(a.Actor, pattern, @"\") || EF.Functions.ILike(a.Subject, pattern, @"\") || EF.Functions.ILike(a.Address!, pattern, @"\"));
        }

        if (!string.IsNullOrEmpty(Action))
        {
            lines = lines.Where(a => a.Action.StartsWith(Action));
        }

        lines = From is { } from ? lines.Where(a => a.At >= from) : lines;
        lines = Until is { } until ? lines.Where(a => a.At < until) : lines;
        return Before is { } before ? lines.Where(a => a.Id < before) : lines;
    }
}

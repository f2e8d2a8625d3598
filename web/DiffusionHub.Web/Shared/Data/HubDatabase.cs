using DiffusionHub.Data;
using DiffusionHub.Queue;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace DiffusionHub.Web.Shared.Data;

/// <summary>
/// The one door to the <c>hub</c> schema for pages and APIs: a database that is away is always the same exception, however deep
/// Entity Framework has wrapped it, so that a page can say so instead of breaking.
/// </summary>
internal sealed class HubDatabase(IDbContextFactory<HubDbContext> contexts)
{
    /// <summary>Runs <paramref name="work"/> on a context of its own.</summary>
    /// <exception cref="QueueUnavailableException">The database cannot be reached or broke off.</exception>
    public async Task<T> RunAsync<T>(Func<HubDbContext, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            return await work(context);
        }
        catch (Exception e) when (Cause(e) is { } cause)
        {
            throw new QueueUnavailableException(cause);
        }
    }

    /// <summary>Whether an exception, however deep, says that the database is away.</summary>
    public static bool IsAway(Exception e) => e is QueueUnavailableException || Cause(e) is not null;

    private static NpgsqlException? Cause(Exception? e) => e switch
    {
        null => null,
        NpgsqlException npgsql when QueueDatabase.IsUnavailable(npgsql) => npgsql,
        _ => Cause(e.InnerException),
    };
}

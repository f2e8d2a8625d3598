using Npgsql;

namespace DiffusionHub.Queue;

/// <summary>
/// A submission whose jobs are known by a key or run after others: ids are reserved and the others looked at before anything is written.
/// Within the transaction of the submission.
/// </summary>
internal sealed class SubmitLinks
{
    private readonly List<(long Id, bool Fresh)> _ids;

    private SubmitLinks(List<(long, bool)> ids, IReadOnlyList<NewJob> jobs) => (_ids, Jobs) = (ids, jobs);

    /// <summary>Every job's id, in order: of a known key the earlier job's.</summary>
    public IReadOnlyList<long> Ids => [.. _ids.Select(i => i.Id)];

    /// <summary>The jobs that are to be written, each with the job it really waits for.</summary>
    public IReadOnlyList<NewJob> Jobs { get; }

    /// <summary>Their ids.</summary>
    public long?[] FreshIds => [.. _ids.Where(i => i.Fresh).Select(i => (long?)i.Id)];

    /// <summary>Reserves ids and finds what the jobs wait for.</summary>
    /// <exception cref="QueueRefusedException">A job is to run after one of which nothing will come.</exception>
    public static async Task<SubmitLinks> FindAsync(NpgsqlConnection connection, IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken)
    {
        var ids = await ReserveAsync(connection, jobs, cancellationToken);
        // A known job was accepted before, so what it waits for is not looked at again.
        var waiting = jobs.Select((job, i) => ids[i].Fresh ? job.AfterIndex is { } index ? ids[index].Id : job.AfterJob : null).ToArray();
        var reserved = ids.Where(i => i.Fresh).Select(i => i.Id).ToHashSet();
        var asked = waiting.OfType<long>().Where(id => !reserved.Contains(id)).Distinct().ToArray();
        var done = asked.Length == 0 ? [] : (await connection
            .Command(Sql.FindParents, Parameters.Of(asked))
            .ReadAsync(r => (JobId: r.GetInt64(0), Succeeded: r.IsDBNull(1) ? throw SubmitRules.NothingToRunAfter(r.GetInt64(0)) : r.GetBoolean(1)), cancellationToken))
            .Where(p => p.Succeeded).Select(p => p.JobId).ToHashSet();
        return new SubmitLinks(
            ids,
            [.. jobs.Select((job, i) => job with { AfterJob = waiting[i] is { } parent && !done.Contains(parent) ? parent : null }).Where((_, i) => ids[i].Fresh)]);
    }

    private static Task<List<(long Id, bool Fresh)>> ReserveAsync(NpgsqlConnection connection, IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken) =>
        connection
            .Command(Sql.Reserve, Parameters.Of(jobs.Select(j => j.OwnerId).ToArray()), Parameters.Of(jobs.Select(j => j.IdempotencyKey).ToArray()))
            .ReadAsync(r => (Id: r.GetInt64(0), Fresh: r.GetBoolean(1)), cancellationToken);
}

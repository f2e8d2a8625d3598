using Npgsql;

namespace DiffusionHub.Queue;

/// <summary>A place in the event log: everything up to it has been read.</summary>
/// <param name="Transaction">Number of the transaction that wrote the last event read.</param>
/// <param name="Event">Number of that event.</param>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
public readonly record struct EventCursor(long Transaction, long Event)
{
    /// <summary>Before the first event.</summary>
    public static readonly EventCursor Start = new(0, 0);
}

/// <summary>Something that happened to a job, a model or the queue.</summary>
/// <param name="Cursor">Where it stands in the log.</param>
/// <param name="At">When its transaction began, by the database's clock.</param>
/// <param name="Kind">
/// A job's new state (<c>Enqueued</c>, <c>Scheduled</c>, <c>Succeeded</c>, <c>Failed</c>, <c>Deleted</c>), <c>Rescued</c> (its worker died, it is
/// in line again), <c>Fenced</c> (a result of it was refused, its claim was over), <c>Stranded</c> or <c>Manned</c> (a model lost its last worker, has one again).
/// </param>
/// <param name="JobId">The job, or null.</param>
/// <param name="OwnerId">Its person, or null.</param>
/// <param name="Detail">The model, where the event is about one; the claim's token, of a <c>Fenced</c>.</param>
public sealed record QueueEvent(EventCursor Cursor, DateTimeOffset At, string Kind, long? JobId, Guid? OwnerId, string? Detail);

/// <summary>
/// Reads the event log without ever skipping one: events come in the order of their transactions' numbers, and only of those older than every
/// transaction in progress. So an old transaction that stays open holds the log back: <see cref="QueueHealth"/> tells of it.
/// </summary>
/// <param name="dataSource">The hub's database.</param>
public sealed class EventLog(NpgsqlDataSource dataSource)
{
    /// <summary>The next events after a cursor, oldest first.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public async Task<IReadOnlyList<QueueEvent>> ReadAsync(EventCursor after, int limit, CancellationToken cancellationToken = default) =>
        await dataSource.RunAsync(
            connection => connection
                .Command(Sql.ReadEvents, Parameters.Of(after.Transaction), Parameters.Of(after.Event), Parameters.Of((long)limit))
                .ReadAsync(
                    r => new QueueEvent(
                        new EventCursor(r.GetInt64(0), r.GetInt64(1)), r.GetFieldValue<DateTimeOffset>(2), r.GetString(3),
                        r.IsDBNull(4) ? null : r.GetInt64(4), r.IsDBNull(5) ? null : r.GetGuid(5), r.IsDBNull(6) ? null : r.GetString(6)),
                    cancellationToken),
            repeatable: true,
            cancellationToken);

    /// <summary>Where a named reader is; a name not seen before begins at the oldest transaction in progress.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public async Task<EventCursor> CursorAsync(string name, CancellationToken cancellationToken = default) =>
        (await dataSource.RunAsync(
            connection => connection.Command(Sql.ReadCursor, Parameters.Of(name)).ReadAsync(r => new EventCursor(r.GetInt64(0), r.GetInt64(1)), cancellationToken),
            repeatable: true,
            cancellationToken))[0];

    /// <summary>Keeps where a named reader is; it never goes backwards.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public Task SaveAsync(string name, EventCursor cursor, CancellationToken cancellationToken = default) => dataSource.RunAsync(
        async connection =>
        {
            await using var save = connection.Command(
                Sql.SaveCursor, Parameters.Of(name), Parameters.Of(cursor.Transaction), Parameters.Of(cursor.Event));
            return await save.ExecuteNonQueryAsync(cancellationToken);
        },
        repeatable: true,
        cancellationToken);
}

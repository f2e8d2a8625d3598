using Npgsql;

namespace DiffusionHub.Queue;

/// <summary>What a recurring job did last.</summary>
/// <param name="Name">The job.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Amount">What it removed, wrote or found.</param>
/// <param name="Error">Why it failed; null: it went well.</param>
/// <param name="Node">The process that ran it.</param>
public sealed record ChoreRecord(string Name, DateTimeOffset StartedAt, TimeSpan Duration, long Amount, string? Error, string Node);

/// <summary>
/// The statements by which the queue is kept small: none touches a live job. Each removes a bounded number of rows at a time, so that none runs
/// long or holds many locks, and may be run by any process at any time.
/// </summary>
/// <param name="dataSource">The hub's database.</param>
public sealed class Housekeeping(NpgsqlDataSource dataSource)
{
    private const int MostRows = 5000;

    // An hour of a busy hub is a few million outcomes.
    private const int PatientSeconds = 120;

    /// <summary>Rows that a statement removes or reads at most.</summary>
    internal int Batch { get; init; } = MostRows;

    /// <summary>An hour is over once this has passed and every transaction is over that began before: the server's clock may be set back a little.</summary>
    internal TimeSpan Margin { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Sums the outcomes of every hour that is over into <c>queue.statistic</c>, oldest hour first.</summary>
    /// <param name="now">Hours that end later than this are left alone.</param>
    /// <param name="cancellationToken">Stops between two hours.</param>
    /// <returns>The number of outcomes that were summed.</returns>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public async Task<long> RollUpAsync(DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var sum = 0L;
        while ((await ReadAsync(
            Sql.RollUpNext, r => r.GetFieldValue<DateTimeOffset>(0), () => [Parameters.Of((DateTimeOffset?)now), Parameters.Of(Margin.TotalSeconds)],
            cancellationToken)) is [var hour])
        {
            sum += (await ReadAsync(Sql.RollUpHour, r => r.GetInt64(0), () => [Parameters.Of((DateTimeOffset?)hour)], cancellationToken))[0];
        }

        return sum;
    }

    /// <summary>Removes outcomes from before a time that are rolled up.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public Task<long> DeleteOutcomesAsync(DateTimeOffset before, CancellationToken cancellationToken = default) =>
        DeleteAsync(Sql.DeleteOutcomes, before, cancellationToken);

    /// <summary>Removes events from before a time that every kept cursor has passed.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public Task<long> DeleteEventsAsync(DateTimeOffset before, CancellationToken cancellationToken = default) =>
        DeleteAsync(Sql.DeleteEvents, before, cancellationToken);

    /// <summary>Removes idempotency keys from before a time whose jobs have ended.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public Task<long> DeleteKeysAsync(DateTimeOffset before, CancellationToken cancellationToken = default) =>
        DeleteAsync(Sql.DeleteKeys, before, cancellationToken);

    /// <summary>Removes progress from before a time that belongs to no running claim.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public Task<long> DeleteProgressAsync(DateTimeOffset before, CancellationToken cancellationToken = default) =>
        DeleteAsync(Sql.DeleteProgress, before, cancellationToken);

    /// <summary>
    /// Forgets what somebody asked for: their jobs, which should be cancelled, lose their documents, and their outcomes go as soon as they are
    /// summed; those that are not yet lose their documents too.
    /// </summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public async Task ForgetAsync(Guid ownerId, CancellationToken cancellationToken = default)
    {
        await WriteAsync(Sql.ForgetLive, () => [Parameters.Of(ownerId)], cancellationToken);
        await WriteAsync(Sql.ForgetKeys, () => [Parameters.Of(ownerId)], cancellationToken);
        foreach (var sql in new[] { Sql.ForgetOutcomes, Sql.BlankOutcomes })
        {
            while (await WriteAsync(sql, () => [Parameters.Of(ownerId), Parameters.Of((long)Batch)], cancellationToken) == Batch)
            {
                // The next ones.
            }
        }
    }

    /// <summary>Which of these jobs have not ended.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public async Task<IReadOnlySet<long>> FindLiveAsync(IReadOnlyCollection<long> jobIds, CancellationToken cancellationToken = default) =>
        (await ReadAsync(Sql.FindLive, r => r.GetInt64(0), () => [Parameters.Of(jobIds.ToArray())], cancellationToken)).ToHashSet();

    /// <summary>
    /// Every upload (<c>upload:HASH</c>) that a document of the queue speaks of, a page at a time, with repetitions. Live jobs come first and
    /// again after the outcomes: a job that was retried meanwhile is not missed.
    /// </summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public async IAsyncEnumerable<IReadOnlyList<string>> FindUploadsAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var sql in new[] { Sql.FindUploadsJob, Sql.FindUploadsOutcome, Sql.FindUploadsJob })
        {
            for (long? last = 0; last is { } after;)
            {
                (last, var found) = (await ReadAsync(
                    sql, r => (r.IsDBNull(0) ? (long?)null : r.GetInt64(0), r.GetFieldValue<string[]>(1)),
                    () => [Parameters.Of(after), Parameters.Of((long)Batch)], cancellationToken))[0];
                yield return found;
            }
        }
    }

    /// <summary>Keeps what a recurring job did.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public Task SaveAsync(ChoreRecord record, CancellationToken cancellationToken = default) => WriteAsync(
        Sql.SaveChore,
        () => [Parameters.Of(record.Name), Parameters.Of((DateTimeOffset?)record.StartedAt), Parameters.Of(record.Duration.TotalMilliseconds),
            Parameters.Of(record.Amount), Parameters.Of(record.Error), Parameters.Of(record.Node)],
        cancellationToken);

    /// <summary>What every recurring job did last, in the order of names.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public async Task<IReadOnlyList<ChoreRecord>> ReadAsync(CancellationToken cancellationToken = default) => await ReadAsync(
        Sql.ReadChores,
        r => new ChoreRecord(
            r.GetString(0), r.GetFieldValue<DateTimeOffset>(1), TimeSpan.FromMilliseconds(r.GetDouble(2)), r.GetInt64(3),
            r.IsDBNull(4) ? null : r.GetString(4), r.GetString(5)),
        () => [],
        cancellationToken);

    private async Task<long> DeleteAsync(string sql, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var (sum, deleted) = (0L, Batch);
        while (deleted == Batch)
        {
            deleted = await WriteAsync(sql, () => [Parameters.Of((DateTimeOffset?)before), Parameters.Of((long)Batch)], cancellationToken);
            sum += deleted;
        }

        return sum;
    }

    private Task<int> WriteAsync(string sql, Func<NpgsqlParameter[]> parameters, CancellationToken cancellationToken) => dataSource.RunAsync(
        async connection =>
        {
            await using var command = Patient(connection.Command(sql, parameters()));
            return await command.ExecuteNonQueryAsync(cancellationToken);
        },
        repeatable: true,
        cancellationToken);

    private Task<List<T>> ReadAsync<T>(string sql, Func<NpgsqlDataReader, T> row, Func<NpgsqlParameter[]> parameters, CancellationToken cancellationToken) =>
        dataSource.RunAsync(connection => Patient(connection.Command(sql, parameters())).ReadAsync(row, cancellationToken), repeatable: true, cancellationToken);

    private static NpgsqlCommand Patient(NpgsqlCommand command)
    {
        command.CommandTimeout = PatientSeconds;
        return command;
    }
}

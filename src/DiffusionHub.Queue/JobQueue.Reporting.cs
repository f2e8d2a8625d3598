using Npgsql;

namespace DiffusionHub.Queue;

// How the queue is, in more words than ReadHealthAsync.
public sealed partial class JobQueue
{
    /// <summary>What went wrong of late and was put right, what holds things up, and how long jobs waited.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public async Task<QueueReport> ReadReportAsync(CancellationToken cancellationToken = default)
    {
        var stranded = await RowsAsync(Sql.ReadStranded, r => new StrandedModel(r.GetString(0), r.GetFieldValue<DateTimeOffset>(1)), cancellationToken);
        var waits = await RowsAsync(
            Sql.ReadWaits, r => new LaneWaits(r.GetString(0), r.GetInt64(1), Milliseconds(r, 2), Milliseconds(r, 3)), cancellationToken,
            Parameters.Of(TimeSpan.FromHours(1).TotalSeconds), Parameters.Of((long)MostLately));
        var report = await RowsAsync(
            Sql.ReadTrouble,
            r => new QueueReport(
                new Recently(r.GetInt64(0), r.GetInt64(1)), new Recently(r.GetInt64(2), r.GetInt64(3)),
                r.IsDBNull(4) ? null : new OldSnapshot(TimeSpan.FromSeconds(r.GetDouble(4)), r.GetInt32(5), r.GetString(6), r.GetString(7)),
                r.GetInt64(8), r.GetInt64(9), Maybe<DateTimeOffset>(r, 10), stranded, waits),
            cancellationToken);
        return report[0];
    }

    /// <summary>
    /// Notes that a result was refused because its claim was over. Whoever was refused calls this: the finish itself wrote nothing, and costs
    /// nobody else anything. May be repeated: a claim is noted once.
    /// </summary>
    /// <returns>True where it was not noted before.</returns>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public async Task<bool> NoteFencedAsync(JobClaim claim, CancellationToken cancellationToken = default) =>
        await ExecuteAsync(Sql.NoteFenced, cancellationToken, Parameters.Of(claim.JobId), Parameters.Of(claim.OwnerId), Parameters.Of(claim.ClaimToken)) > 0;

    private static TimeSpan? Milliseconds(NpgsqlDataReader r, int column) => Maybe<double>(r, column) is { } value ? TimeSpan.FromMilliseconds(value) : null;
}

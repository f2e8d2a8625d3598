using System.Text.Json;
using DiffusionHub.Domain.Jobs;
using Npgsql;

namespace DiffusionHub.Queue;

// What people and pages read.
public sealed partial class JobQueue
{
    /// <summary>How many live jobs of one person are read when nobody says how many.</summary>
    public const int MostActive = 200;

    /// <summary>Jobs by id, live or ended, in the order asked; unknown ids are left out.</summary>
    /// <param name="jobIds">The jobs.</param>
    /// <param name="knownSeq">
    /// Null: no previews. Else the <see cref="JobView.Seq"/> the reader has of each job (absent: none): a preview comes where there is another one.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<JobView>> ReadJobsAsync(
        IReadOnlyCollection<long> jobIds, IReadOnlyDictionary<long, int>? knownSeq = null, CancellationToken cancellationToken = default)
    {
        if (jobIds.Count == 0)
        {
            return [];
        }

        var known = jobIds.Select(id => knownSeq is null ? (int?)null : knownSeq.GetValueOrDefault(id)).ToArray();
        return await dataSource.RunAsync(
            connection => connection
                .Command(Sql.ReadJobs, Parameters.Of(jobIds.ToArray()), Parameters.Of(known))
                .ReadAsync(View, cancellationToken),
            repeatable: true,
            cancellationToken);
    }

    /// <summary>The newest live jobs of one person, at most <see cref="MostActive"/>; see the other overload.</summary>
    public Task<IReadOnlyList<JobView>> ReadActiveAsync(
        Guid ownerId, IReadOnlyDictionary<long, int>? knownSeq = null, CancellationToken cancellationToken = default) =>
        ReadActiveAsync(ownerId, MostActive, knownSeq, cancellationToken);

    /// <summary>Live jobs of one person, oldest first. One that ends while this is read may come as ended.</summary>
    /// <param name="ownerId">Whose.</param>
    /// <param name="limit">At most this many: the newest ones.</param>
    /// <param name="knownSeq">As in <see cref="ReadJobsAsync"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<JobView>> ReadActiveAsync(
        Guid ownerId, int limit, IReadOnlyDictionary<long, int>? knownSeq = null, CancellationToken cancellationToken = default)
    {
        var ids = await dataSource.RunAsync(
            connection => connection.Command(Sql.FindActive, Parameters.Of(ownerId), Parameters.Of((long)limit)).ReadAsync(r => r.GetInt64(0), cancellationToken),
            repeatable: true,
            cancellationToken);
        return await ReadJobsAsync(ids, knownSeq, cancellationToken);
    }

    /// <summary>Progress with previews, only of the jobs whose seq differs from the one given (0: none seen).</summary>
    public async Task<IReadOnlyList<JobProgress>> ReadProgressAsync(
        IReadOnlyDictionary<long, int> knownSeq, CancellationToken cancellationToken = default)
    {
        if (knownSeq.Count == 0)
        {
            return [];
        }

        return await dataSource.RunAsync(
            connection => connection
                .Command(Sql.ReadProgress, Parameters.Of(knownSeq.Keys.ToArray()), Parameters.Of(knownSeq.Values.Select(v => (int?)v).ToArray()))
                .ReadAsync(
                    r => new JobProgress(
                        r.GetInt64(0), r.GetInt32(1), r.GetInt16(2), r.GetInt16(3), r.IsDBNull(4) ? null : r.GetFieldValue<byte[]>(4)),
                    cancellationToken),
            repeatable: true,
            cancellationToken);
    }

    /// <summary>One page of jobs, live and ended together, newest first.</summary>
    public async Task<IReadOnlyList<JobView>> ListAsync(JobFilter filter, CancellationToken cancellationToken = default)
    {
        var ids = await dataSource.RunAsync(
            connection => connection
                .Command(
                    Sql.FindJobs, Parameters.Of(filter.State?.ToString()), Parameters.Of(filter.OwnerId), Parameters.Of(filter.Model),
                    Parameters.Of(filter.Before), Parameters.Of((long)Math.Clamp(filter.Limit, 1, 500)),
                    Parameters.Of(filter.EndedOnly), Parameters.Of(filter.Lane))
                .ReadAsync(r => r.GetInt64(0), cancellationToken),
            repeatable: true,
            cancellationToken);
        return await ReadJobsAsync(ids, null, cancellationToken);
    }

    /// <summary>Every lane with its number of jobs in each state, in the order in which they are served.</summary>
    public async Task<IReadOnlyList<LaneCounts>> CountsAsync(CancellationToken cancellationToken = default) =>
        await dataSource.RunAsync(
            connection => connection
                .Command(Sql.Counts)
                .ReadAsync(
                    r => new LaneCounts(
                        r.GetString(0), r.GetBoolean(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5), r.GetInt64(6), r.GetInt64(7)),
                    cancellationToken),
            repeatable: true,
            cancellationToken);

    /// <summary>Every worker, dead ones of the last hour too, with the job it runs.</summary>
    public async Task<IReadOnlyList<WorkerView>> ReadWorkersAsync(CancellationToken cancellationToken = default) =>
        await dataSource.RunAsync(
            connection => connection.Command(Sql.ReadWorkers).ReadAsync(WorkerRow, cancellationToken), repeatable: true, cancellationToken);

    private static WorkerView WorkerRow(NpgsqlDataReader r) => new()
    {
        WorkerId = r.GetGuid(0),
        Name = r.GetString(1),
        Host = r.GetString(2),
        ProcessId = r.GetInt32(3),
        Device = r.GetString(4),
        Epoch = r.GetInt64(5),
        LeaseUntil = r.GetFieldValue<DateTimeOffset>(6),
        Alive = r.GetBoolean(7),
        Models = r.GetFieldValue<string[]>(8),
        Resident = r.GetFieldValue<string[]>(9),
        MemoryBytes = r.GetInt64(10),
        Draining = r.GetBoolean(11),
        Problem = Text(r, 12),
        StartedAt = r.GetFieldValue<DateTimeOffset>(13),
        HeartbeatAt = r.GetFieldValue<DateTimeOffset>(14),
        Running = r.GetInt32(18),
        CurrentJobId = Maybe<long>(r, 15),
        Step = Maybe<short>(r, 16),
        Steps = Maybe<short>(r, 17),
    };

    private static JobView View(NpgsqlDataReader r) => new()
    {
        JobId = r.GetInt64(1),
        OwnerId = r.GetGuid(2),
        GroupId = r.GetGuid(3),
        Lane = r.GetString(4),
        Model = r.GetString(5),
        Payload = r.GetString(6),
        State = Enum.Parse<JobState>(r.GetString(7)),
        CancelRequested = r.GetBoolean(8),
        Position = Maybe<int>(r, 9),
        Step = Maybe<short>(r, 10),
        Steps = Maybe<short>(r, 11),
        Seq = r.GetInt32(12),
        PreviewWebp = r.IsDBNull(13) ? null : r.GetFieldValue<byte[]>(13),
        Error = Text(r, 14),
        Errors = Errors(r.GetString(15)),
        Attempt = r.GetInt16(16),
        MaxAttempts = Maybe<short>(r, 17),
        Worker = Text(r, 18),
        EnqueuedAt = r.GetFieldValue<DateTimeOffset>(19),
        ClaimedAt = Maybe<DateTimeOffset>(r, 20),
        RunAfter = Maybe<DateTimeOffset>(r, 21),
        FinishedAt = Maybe<DateTimeOffset>(r, 22),
        DeviceMilliseconds = r.GetDouble(23),
        WaitsFor = r.IsDBNull(24) ? null : Enum.Parse<WaitReason>(r.GetString(24)),
        AfterJob = Maybe<long>(r, 25),
        EstimatedMilliseconds = r.GetDouble(26),
    };

    private static IReadOnlyList<JobError> Errors(string json) =>
        json == "[]" ? [] : JsonSerializer.Deserialize(json, QueueJson.Default.IReadOnlyListJobError)!;

    private static string? Text(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);

    private static T? Maybe<T>(NpgsqlDataReader r, int column)
        where T : struct => r.IsDBNull(column) ? null : r.GetFieldValue<T>(column);
}

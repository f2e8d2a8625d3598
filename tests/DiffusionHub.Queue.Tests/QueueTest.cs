using DiffusionHub.Domain.Jobs;
using DiffusionHub.Tests;
using Npgsql;
using Shouldly;
using Xunit;

namespace DiffusionHub.Queue.Tests;

/// <summary>An empty queue for each test, and short names for what tests do with it.</summary>
public abstract class QueueTest(QueueFixture fixture) : IClassFixture<QueueFixture>, IAsyncLifetime
{
    protected static readonly Guid Ada = Guid.Parse("00000000-0000-7000-8000-00000000000a");
    protected static readonly Guid Bob = Guid.Parse("00000000-0000-7000-8000-00000000000b");

    protected string ConnectionString { get; } = fixture.ConnectionString;

    protected NpgsqlDataSource DataSource { get; } = QueueDatabase.Open(fixture.ConnectionString, "tests");

    protected JobQueue Queue { get; private set; } = null!;

    protected WorkerRegistry Registry { get; private set; } = null!;

    protected Reaper Reaper { get; private set; } = null!;

    protected ProgressReporter Progress { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await AsOwnerAsync("TRUNCATE queue.job, queue.outcome, queue.progress, queue.worker, queue.flow, queue.share, queue.measured, queue.cost, queue.speed, queue.request_key, queue.stranded, queue.event, queue.cursor, queue.statistic, queue.ended, queue.chore, hub.picture, people.report; UPDATE queue.lane SET paused = false, draining = false, max_wait = NULL; UPDATE queue.setting SET queued_per_owner = 10000, queued_in_all = 1000000, refuse_unrunnable = false, counted = 0, counted_at = '-infinity', rolled_until = '-infinity'; SELECT setval(s, 0) FROM queue.lane l, unnest(ARRAY[l.clock, l.served]) AS s");
        Queue = new JobQueue(DataSource);
        Registry = new WorkerRegistry(DataSource, Queue.Notifier);
        Reaper = new Reaper(DataSource, Queue.Notifier);
        Progress = new ProgressReporter(DataSource, Queue.Notifier);
    }

    public async ValueTask DisposeAsync()
    {
        await Queue.DisposeAsync();
        await DataSource.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static NewJob Job(string payload = "{}", string lane = "interactive", string model = "sprout", Guid? owner = null, string batchKey = "k") =>
        new(owner ?? Ada, Guid.NewGuid(), lane, model, batchKey, payload);

    protected async Task<long> SubmitAsync(NewJob? job = null) => (await Queue.SubmitAsync([job ?? Job()]))[0];

    protected async Task<IReadOnlyList<long>> SubmitManyAsync(int count) =>
        await Queue.SubmitAsync([.. Enumerable.Range(0, count).Select(i => Job(batchKey: $"k{i}"))]);

    protected Task<WorkerIdentity> WorkerAsync(params string[] models) => Registry.RegisterAsync(
        new WorkerDescription(Guid.CreateVersion7(), "w", "here", 1, "cpu", models.Length > 0 ? models : ["sprout"]));

    protected async Task<JobClaim?> ClaimAsync(WorkerIdentity worker) => (await Queue.ClaimAsync(worker, 1)).SingleOrDefault();

    protected Task<FinishResult> FinishAsync(JobClaim claim) => Queue.FinishAsync(claim, new JobResult(12.5));

    protected async Task<JobView> ReadAsync(long jobId) => (await Queue.ReadJobsAsync([jobId])).Single();

    protected async Task<JobState> StateAsync(long jobId) => (await ReadAsync(jobId)).State;

    /// <summary>Exactly so many events. Transactions of other tests in other databases hold the log back for a moment, too.</summary>
    protected async Task<IReadOnlyList<QueueEvent>> EventsAsync(EventCursor after, int count)
    {
        var log = new EventLog(DataSource);
        var started = System.Diagnostics.Stopwatch.StartNew();
        var events = await log.ReadAsync(after, count + 1);
        while (events.Count < count && started.Elapsed < TimeSpan.FromSeconds(30))
        {
            events = await log.ReadAsync(after, count + 1);
        }

        events.Count.ShouldBe(count);
        return events;
    }

    /// <summary>The worker freezes: its lease is over by the database's clock.</summary>
    protected Task ExpireAsync(WorkerIdentity worker) =>
        ExecuteAsync($"UPDATE queue.worker SET lease_until = now() - interval '1 second' WHERE worker_id = '{worker.WorkerId}'");

    /// <summary>What the application's role may not do.</summary>
    protected Task AsOwnerAsync(string sql) => TestServer.RunAsOwnerAsync(ConnectionString, sql);

    protected async Task ExecuteAsync(string sql)
    {
        await using var command = DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    protected async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = DataSource.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}

using System.Diagnostics;
using Npgsql;

namespace DiffusionHub.Queue.Bench;

/// <summary>What every measurement needs: the queue, names of its own, workers that do nothing.</summary>
internal sealed class BenchContext(NpgsqlDataSource dataSource, NpgsqlDataSource owner, JobQueue queue)
{
    public NpgsqlDataSource DataSource => dataSource;

    public JobQueue Queue => queue;

    public WorkerRegistry Registry { get; } = new(dataSource, queue.Notifier);

    public string Model { get; } = $"bench-{Guid.NewGuid():N}";

    public Guid[] Owners { get; } = [.. Enumerable.Range(0, 16).Select(_ => Guid.NewGuid())];

    public NewJob Job(int index = 0, string lane = "interactive", string batchKey = "bench") =>
        new(Owners[index % Owners.Length], Owners[0], lane, Model, batchKey, "{}") { CostMilliseconds = 1 };

    public Task<WorkerIdentity> RegisterAsync(CancellationToken cancellationToken) => Registry.RegisterAsync(
        new WorkerDescription(Guid.NewGuid(), "bench", "bench", Environment.ProcessId, "none", [Model]), cancellationToken);

    public Task<int> ExecuteAsync(string sql, params NpgsqlParameter[] parameters) => ExecuteAsync(dataSource, sql, parameters);

    /// <summary>What only the tables' owner may: TRUNCATE, VACUUM, CHECKPOINT.</summary>
    public Task<int> MaintainAsync(string sql) => ExecuteAsync(owner, sql, []);

    /// <summary>Claims and finishes until told, waking on notifications, as a worker does.</summary>
    public async Task WorkAsync(int limit, Action<JobClaim, long> finished, CancellationToken done)
    {
        var worker = await RegisterAsync(CancellationToken.None);
        using var wake = new SemaphoreSlim(0, 2);
        var courtesy = new ClaimCourtesy();
        await using var listener = new QueueListener(dataSource, Notifier.JobsChannel);
        var listening = ListenAsync(listener, wake, done);
        var beating = BeatAsync(worker, wake, done);
        try
        {
            while (!done.IsCancellationRequested)
            {
                var claims = await queue.ClaimAsync(worker, limit, CancellationToken.None);
                var claimedAt = Stopwatch.GetTimestamp();
                if (claims.Count > 0)
                {
                    courtesy.Took(claims.Count, limit);
                    await queue.FinishAsync([.. claims.Select(c => new FinishedJob(c, new JobResult(1)))], CancellationToken.None);
                    claims.ToList().ForEach(c => finished(c, claimedAt));
                }
                else
                {
                    courtesy.CameTooLate();
                    await ((Task)wake.WaitAsync(done)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    await Task.Delay(courtesy.Pause, done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
        finally
        {
            await Task.WhenAll(listening, beating);
            await Registry.UnregisterAsync(worker.WorkerId, CancellationToken.None);
        }
    }

    /// <summary>Reaps each second, as the heartbeats of a busy hub have it done.</summary>
    public async Task ReapAsync(CancellationToken done)
    {
        var reaper = new Reaper(dataSource, queue.Notifier);
        while (!done.IsCancellationRequested)
        {
            await reaper.ReapAsync(CancellationToken.None);
            await Task.Delay(WorkerRegistry.HeartbeatInterval, done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Removes what it left, in each of these models and persons and its own.</summary>
    public Task ClearAsync(string[] models, Guid[] owners) =>
        ExecuteAsync(Sql.BenchClear, Parameters.Of([Model, .. models]), Parameters.Of([.. Owners, .. owners]));

    private static async Task ListenAsync(QueueListener listener, SemaphoreSlim wake, CancellationToken done)
    {
        try
        {
            await foreach (var _ in listener.ReadAsync(done))
            {
                Wake(wake);
            }
        }
        catch (OperationCanceledException) when (done.IsCancellationRequested)
        {
            // All jobs are done.
        }
    }

    private async Task BeatAsync(WorkerIdentity worker, SemaphoreSlim wake, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            if ((await Registry.HeartbeatAsync(worker, new WorkerCondition([], 0), CancellationToken.None)).WorkWaits)
            {
                Wake(wake);
            }

            await Task.Delay(WorkerRegistry.HeartbeatInterval, done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Its two callers may meet here: then it is woken once too often or finds the semaphore full, and either does no harm.
    private static void Wake(SemaphoreSlim wake)
    {
        if (wake.CurrentCount == 0)
        {
            wake.Release();
        }
    }

    private static Task<int> ExecuteAsync(NpgsqlDataSource source, string sql, NpgsqlParameter[] parameters) => source.RunAsync(
        async connection =>
        {
            await using var command = connection.Command(sql, [.. parameters.Select(p => p.Clone())]);
            command.CommandTimeout = 600;
            return await command.ExecuteNonQueryAsync();
        },
        repeatable: false,
        CancellationToken.None);
}

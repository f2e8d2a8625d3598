using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;

namespace DiffusionHub.Queue.Bench;

/// <summary>What to measure.</summary>
/// <param name="Jobs">Jobs for the throughput.</param>
/// <param name="SubmitBatch">Jobs a submit.</param>
/// <param name="Workers">Claimers, each with a connection of its own.</param>
/// <param name="ClaimLimit">Jobs a claim.</param>
/// <param name="LatencyJobs">Jobs for the latency, submitted one by one.</param>
/// <param name="LatencyRate">Of them a second.</param>
public sealed record QueueBenchOptions(
    int Jobs = 4_000, int SubmitBatch = 8, int Workers = 4, int ClaimLimit = 8, int LatencyJobs = 1_000, int LatencyRate = 200);

/// <summary>The figures.</summary>
/// <param name="JobsPerSecond">Submitted, claimed and finished, all at the same time.</param>
/// <param name="LatencyP50">Milliseconds from the submit's call to a claim in a worker's hands, median.</param>
/// <param name="LatencyP99">The same, 99th percentile.</param>
/// <param name="LatencyMax">The same, the worst.</param>
public sealed record QueueBenchResult(double JobsPerSecond, double LatencyP50, double LatencyP99, double LatencyMax);

/// <summary>Measures the queue with workers that do nothing. Beside real work: its jobs are of a model that no real worker has.</summary>
/// <param name="dataSource">The database.</param>
public sealed class QueueBench(NpgsqlDataSource dataSource)
{
    private readonly string _model = $"bench-{Guid.NewGuid():N}";
    private readonly Guid _owner = Guid.NewGuid();

    /// <summary>Runs both measurements and clears up.</summary>
    public async Task<QueueBenchResult> RunAsync(QueueBenchOptions options, CancellationToken cancellationToken = default)
    {
        await using var queue = new JobQueue(dataSource);
        var registry = new WorkerRegistry(dataSource, queue.Notifier);
        try
        {
            // Once for the statements to be prepared and the code to be compiled.
            await ThroughputAsync(queue, registry, options with { Jobs = Math.Min(options.Jobs, 400) }, cancellationToken);
            var perSecond = await ThroughputAsync(queue, registry, options, cancellationToken);
            var latencies = await LatencyAsync(queue, registry, options, cancellationToken);
            latencies.Sort();
            return new QueueBenchResult(perSecond, latencies[latencies.Count / 2], latencies[latencies.Count * 99 / 100], latencies[^1]);
        }
        finally
        {
            await dataSource.RunAsync(
                async connection =>
                {
                    await using var clear = connection.Command(Sql.BenchClear, Parameters.Of([_model]), Parameters.Of([_owner]));
                    return await clear.ExecuteNonQueryAsync(CancellationToken.None);
                },
                repeatable: true,
                CancellationToken.None);
        }
    }

    private async Task<double> ThroughputAsync(JobQueue queue, WorkerRegistry registry, QueueBenchOptions options, CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var left = options.Jobs;
        var started = Stopwatch.GetTimestamp();
        var workers = Enumerable.Range(0, options.Workers).Select(_ => WorkAsync(queue, registry, options.ClaimLimit, Finished, done.Token)).ToList();
        for (var submitted = 0; submitted < options.Jobs; submitted += options.SubmitBatch)
        {
            await queue.SubmitAsync([.. Enumerable.Range(0, Math.Min(options.SubmitBatch, options.Jobs - submitted)).Select(_ => Job())], null, cancellationToken);
        }

        await Task.WhenAll(workers);
        return options.Jobs / Stopwatch.GetElapsedTime(started).TotalSeconds;

        void Finished(JobClaim claim, long claimedAt)
        {
            if (Interlocked.Decrement(ref left) == 0)
            {
                done.Cancel();
            }
        }
    }

    private async Task<List<double>> LatencyAsync(JobQueue queue, WorkerRegistry registry, QueueBenchOptions options, CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var submits = new ConcurrentDictionary<long, long>();
        var claims = new ConcurrentDictionary<long, long>();
        var worker = WorkAsync(queue, registry, 1, Finished, done.Token);
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < options.LatencyJobs; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / options.LatencyRate) - Stopwatch.GetElapsedTime(started);
            if (due > TimeSpan.Zero)
            {
                await Task.Delay(due, cancellationToken);
            }

            var at = Stopwatch.GetTimestamp();
            var id = (await queue.SubmitAsync([Job()], null, cancellationToken))[0];
            submits[id] = at;
        }

        await worker;
        return [.. submits.Select(s => Stopwatch.GetElapsedTime(s.Value, claims[s.Key]).TotalMilliseconds)];

        void Finished(JobClaim claim, long claimedAt)
        {
            claims[claim.JobId] = claimedAt;
            if (claims.Count == options.LatencyJobs)
            {
                done.Cancel();
            }
        }
    }

    private async Task WorkAsync(JobQueue queue, WorkerRegistry registry, int limit, Action<JobClaim, long> finished, CancellationToken done)
    {
        var worker = await registry.RegisterAsync(new WorkerDescription(Guid.NewGuid(), "bench", "bench", Environment.ProcessId, "none", [_model]), done);
        using var wake = new SemaphoreSlim(0, 1);
        await using var listener = new QueueListener(dataSource, Notifier.JobsChannel);
        var listening = ListenAsync(listener, wake, done);
        var beating = BeatAsync(registry, worker, done);
        try
        {
            while (!done.IsCancellationRequested)
            {
                var claims = await queue.ClaimAsync(worker, limit, CancellationToken.None);
                var claimedAt = Stopwatch.GetTimestamp();
                foreach (var claim in claims)
                {
                    await queue.FinishAsync(claim, new JobResult(0), null, CancellationToken.None);
                    finished(claim, claimedAt);
                }

                if (claims.Count == 0)
                {
                    await ((Task)wake.WaitAsync(TimeSpan.FromSeconds(1), done)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
        finally
        {
            await Task.WhenAll(listening, beating);
            await registry.UnregisterAsync(worker.WorkerId, CancellationToken.None);
        }
    }

    private static async Task ListenAsync(QueueListener listener, SemaphoreSlim wake, CancellationToken done)
    {
        try
        {
            await foreach (var _ in listener.ReadAsync(done))
            {
                if (wake.CurrentCount == 0)
                {
                    wake.Release();
                }
            }
        }
        catch (OperationCanceledException) when (done.IsCancellationRequested)
        {
            // All jobs are done.
        }
    }

    private static async Task BeatAsync(WorkerRegistry registry, WorkerIdentity worker, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            await registry.HeartbeatAsync(worker, new WorkerCondition([], 0), CancellationToken.None);
            await Task.Delay(WorkerRegistry.HeartbeatInterval, done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private NewJob Job() => new(_owner, Guid.NewGuid(), "interactive", _model, "bench", "{}");
}

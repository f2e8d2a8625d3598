using Npgsql;

namespace DiffusionHub.Queue.Bench;

/// <summary>What to measure.</summary>
/// <param name="Jobs">Jobs for the throughput.</param>
/// <param name="SubmitBatch">Jobs a submit.</param>
/// <param name="Submitters">Submits at once.</param>
/// <param name="Workers">Claimers, each with a connection of its own.</param>
/// <param name="ClaimLimit">Jobs a claim.</param>
/// <param name="LatencyJobs">Jobs for the latency, submitted one by one.</param>
/// <param name="LatencyRate">Of them a second.</param>
/// <param name="DepthJobs">Jobs that wait while claims are timed; 0 leaves out what needs a server of its own: depth and dead rows.</param>
/// <param name="DepthClaims">Claims that are timed.</param>
/// <param name="DeadRows">Dead rows that an open snapshot keeps.</param>
public sealed record QueueBenchOptions(
    int Jobs = 20_000, int SubmitBatch = 8, int Submitters = 4, int Workers = 4, int ClaimLimit = 8, int LatencyJobs = 5_000, int LatencyRate = 1_000,
    int DepthJobs = 0, int DepthClaims = 500, int DeadRows = 100_000);

/// <summary>The figures.</summary>
/// <param name="Throughput">Submitted, claimed and finished at the same time.</param>
/// <param name="Latency">From the submit's call to a claim in a worker's hands.</param>
/// <param name="RecoverySeconds">A dead worker's job is in another's hands after.</param>
/// <param name="LateUsers">Two who come behind 1,000 jobs of another.</param>
/// <param name="Depth">Claims while a million jobs wait, or null.</param>
/// <param name="DeadRows">Claims among dead rows that cannot be cleared, or null.</param>
public sealed record QueueBenchResult(
    ThroughputResult Throughput, Timings Latency, double RecoverySeconds, LateUsersResult LateUsers, DepthResult? Depth, Timings? DeadRows);

/// <summary>Measures the queue with workers that do nothing. Beside real work: its jobs are of a model that no real worker has.</summary>
/// <param name="dataSource">The database.</param>
public sealed class QueueBench(NpgsqlDataSource dataSource)
{
    /// <summary>Runs every measurement and clears up.</summary>
    /// <param name="options">What to measure.</param>
    /// <param name="measured">Told of each figure as soon as it is there: all of them take minutes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<QueueBenchResult> RunAsync(
        QueueBenchOptions options, Action<object>? measured = null, CancellationToken cancellationToken = default)
    {
        await using var queue = new JobQueue(dataSource);
        var bench = new BenchContext(dataSource, queue);
        // Known for as long as this takes: jobs of a model that no worker has are refused.
        var known = await bench.RegisterAsync(cancellationToken);
        try
        {
            // Once for the statements to be prepared and the code to be compiled.
            await ThroughputResult.MeasureAsync(bench, options with { Jobs = Math.Min(options.Jobs, 1_000) }, cancellationToken);
            var throughput = Told(await ThroughputResult.MeasureAsync(bench, options, cancellationToken));
            var latency = Told(await ClaimLatency.MeasureAsync(bench, options, cancellationToken));
            var late = Told(await LateUsersResult.MeasureAsync(bench, cancellationToken));
            var recovery = await Recovery.MeasureAsync(bench, cancellationToken);
            if (options.DepthJobs == 0)
            {
                return new QueueBenchResult(throughput, latency, recovery, late, null, null);
            }

            var dead = Told(await DeadRows.MeasureAsync(bench, options, cancellationToken));
            var depth = Told(await DepthResult.MeasureAsync(bench, options, cancellationToken));
            return new QueueBenchResult(throughput, latency, recovery, late, depth, dead);
        }
        finally
        {
            await bench.Registry.UnregisterAsync(known.WorkerId, CancellationToken.None);
            await bench.ClearAsync([], []);
        }

        T Told<T>(T figure)
            where T : class
        {
            measured?.Invoke(figure);
            return figure;
        }
    }
}

using Npgsql;

namespace DiffusionHub.Queue.Bench;

/// <summary>Measures the queue with workers that do nothing. Beside real work: its jobs are of a model that no real worker has.</summary>
/// <param name="dataSource">The database.</param>
/// <param name="owner">The same as its owner, for those parts that are not <see cref="QueueBenchParts.Harmless"/>.</param>
public sealed class QueueBench(NpgsqlDataSource dataSource, NpgsqlDataSource? owner = null)
{
    private const int WarmUp = 1_000;

    /// <summary>Runs the measurements that are asked for and clears up.</summary>
    /// <param name="options">What to measure.</param>
    /// <param name="measured">Told of each figure as soon as it is there: all of them take minutes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<QueueBenchResult> RunAsync(
        QueueBenchOptions options, Action<object>? measured = null, CancellationToken cancellationToken = default)
    {
        await using var queue = new JobQueue(dataSource);
        var bench = new BenchContext(dataSource, owner ?? dataSource, queue);
        // Known for as long as this takes: jobs of a model that no worker has are refused.
        var known = await bench.RegisterAsync(cancellationToken);
        try
        {
            // Once for the statements to be prepared and the code to be compiled.
            await ThroughputResult.MeasureAsync(bench, options with { Jobs = Math.Min(options.Jobs, WarmUp) }, cancellationToken);
            await ThroughputResult.MeasureAsync(bench, Single(Math.Min(options.Jobs, WarmUp)), cancellationToken);
            return new QueueBenchResult(
                await WhereAsync(QueueBenchParts.Throughput, () => ThroughputResult.MeasureAsync(bench, options, cancellationToken)),
                await WhereAsync(QueueBenchParts.Throughput, () => ThroughputResult.MeasureAsync(bench, Single(options.Jobs / 2), cancellationToken)),
                await WhereAsync(QueueBenchParts.Latency, () => LatencyResult.MeasureAsync(bench, options, cancellationToken)),
                options.Parts.HasFlag(QueueBenchParts.Recovery) ? await Recovery.MeasureAsync(bench, cancellationToken) : null,
                await WhereAsync(QueueBenchParts.Late, () => LateUsersResult.MeasureAsync(bench, cancellationToken)),
                await WhereAsync(QueueBenchParts.Idle, () => IdleResult.MeasureAsync(bench, options, cancellationToken)),
                DeadRows: await WhereAsync(QueueBenchParts.Dead, () => DeadRows.MeasureAsync(bench, options, cancellationToken)),
                Depth: await WhereAsync(QueueBenchParts.Depth, () => DepthResult.MeasureAsync(bench, options, cancellationToken)));
        }
        finally
        {
            await bench.Registry.UnregisterAsync(known.WorkerId, CancellationToken.None);
            await bench.ClearAsync([], []);
        }

        QueueBenchOptions Single(int jobs) => options with { Jobs = jobs, SubmitBatch = 1, ClaimLimit = 1 };

        async Task<T?> WhereAsync<T>(QueueBenchParts part, Func<Task<T>> measure)
            where T : class
        {
            if (!options.Parts.HasFlag(part))
            {
                return null;
            }

            var figure = await measure();
            measured?.Invoke(figure);
            return figure;
        }
    }
}

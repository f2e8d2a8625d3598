using System.Diagnostics;
using Npgsql;

namespace DiffusionHub.Queue.Bench;

/// <summary>Jobs submitted, claimed and finished at the same time, and what the server did for each.</summary>
/// <param name="JobsPerSecond">Of all three together.</param>
/// <param name="CommitsPerJob">Transactions of the server; here each is one statement, but for the reaper's each second.</param>
public sealed record ThroughputResult(double JobsPerSecond, double CommitsPerJob)
{
    private const string Commits = "SELECT pg_stat_force_next_flush(), xact_commit FROM pg_stat_database WHERE datname = current_database()";
    private static readonly TimeSpan Flush = TimeSpan.FromSeconds(1.5);

    internal static async Task<ThroughputResult> MeasureAsync(BenchContext bench, QueueBenchOptions options, CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var left = options.Jobs;
        // The server's sessions report their counters when they have been idle for a second.
        await Task.Delay(Flush, cancellationToken);
        var before = await CommitsAsync(bench.DataSource, cancellationToken);
        var started = Stopwatch.GetTimestamp();
        var reaping = bench.ReapAsync(done.Token);
        var workers = Enumerable.Range(0, options.Workers).Select(_ => bench.WorkAsync(options.ClaimLimit, Finished, done.Token)).ToList();
        var submitted = 0;
        await Task.WhenAll(Enumerable.Range(0, options.Submitters).Select(async s =>
        {
            while (Interlocked.Add(ref submitted, options.SubmitBatch) is var upto && upto - options.SubmitBatch < options.Jobs)
            {
                var count = Math.Min(options.SubmitBatch, options.Jobs - (upto - options.SubmitBatch));
                await bench.Queue.SubmitAsync([.. Enumerable.Range(0, count).Select(_ => bench.Job(s))], null, cancellationToken);
            }
        }));
        await Task.WhenAll(workers);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await reaping;
        await Task.Delay(Flush, cancellationToken);
        return new ThroughputResult(options.Jobs / seconds, (double)(await CommitsAsync(bench.DataSource, cancellationToken) - before) / options.Jobs);

        void Finished(JobClaim claim, long claimedAt)
        {
            if (Interlocked.Decrement(ref left) == 0)
            {
                done.Cancel();
            }
        }
    }

    private static async Task<long> CommitsAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Commits);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetInt64(1);
    }
}

using System.Diagnostics;

namespace DiffusionHub.Queue.Bench;

/// <summary>Jobs submitted, claimed and finished at the same time, and what the server did for each.</summary>
/// <param name="JobsPerSecond">Of all three together.</param>
/// <param name="CommitsPerJob">Transactions of the server: statements, and one whenever a listening session hears a notification, so never less than the statements.</param>
/// <param name="ServerMilliseconds">Processor time of the server a job; null where it is not on this machine.</param>
public sealed record ThroughputResult(double JobsPerSecond, double CommitsPerJob, double? ServerMilliseconds)
{
    internal static async Task<ThroughputResult> MeasureAsync(BenchContext bench, QueueBenchOptions options, CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var left = options.Jobs;
        await ServerLoad.SettleAsync(bench.DataSource, cancellationToken);
        var before = await ServerLoad.ReadAsync(bench.DataSource, cancellationToken);
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
        await ServerLoad.SettleAsync(bench.DataSource, cancellationToken);
        var load = await ServerLoad.ReadAsync(bench.DataSource, cancellationToken) - before;
        return new ThroughputResult(options.Jobs / seconds, (double)load.Commits / options.Jobs, load.CpuSeconds * 1000 / options.Jobs);

        void Finished(JobClaim claim, long claimedAt)
        {
            if (Interlocked.Decrement(ref left) == 0)
            {
                done.Cancel();
            }
        }
    }
}

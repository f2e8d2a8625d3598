using System.Collections.Concurrent;
using System.Diagnostics;

namespace DiffusionHub.Queue.Bench;

/// <summary>From the submit's call to the claim in a worker's hands, jobs submitted one by one at a given rate.</summary>
/// <param name="Times">The times.</param>
/// <param name="Submits">Of them, until the submit has returned: the job is committed.</param>
/// <param name="Rate">Jobs a second that were in fact submitted.</param>
/// <param name="ServerMilliseconds">Processor time of the server a job; null where it is not on this machine.</param>
public sealed record LatencyResult(Timings Times, Timings Submits, double Rate, double? ServerMilliseconds)
{
    internal static async Task<LatencyResult> MeasureAsync(BenchContext bench, QueueBenchOptions options, CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var submits = new ConcurrentDictionary<long, long>();
        var claims = new ConcurrentDictionary<long, long>();
        var returned = new ConcurrentBag<double>();
        var left = options.LatencyJobs;
        var before = await ServerLoad.ReadAsync(bench.DataSource, cancellationToken);
        var reaping = bench.ReapAsync(done.Token);
        var workers = Enumerable.Range(0, options.Workers).Select(_ => bench.WorkAsync(options.ClaimLimit, Finished, done.Token)).ToList();
        var next = -1;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, options.Submitters * 2).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var i && i < options.LatencyJobs)
            {
                var due = TimeSpan.FromSeconds((double)i / options.LatencyRate) - Stopwatch.GetElapsedTime(started);
                if (due > TimeSpan.Zero)
                {
                    await Task.Delay(due, cancellationToken);
                }

                var at = Stopwatch.GetTimestamp();
                submits[(await bench.Queue.SubmitAsync([bench.Job(i)], null, cancellationToken))[0]] = at;
                returned.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
            }
        }));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await Task.WhenAll(workers);
        await reaping;
        var load = await ServerLoad.ReadAsync(bench.DataSource, cancellationToken) - before;
        return new LatencyResult(
            Timings.Of([.. submits.Select(s => Stopwatch.GetElapsedTime(s.Value, claims[s.Key]).TotalMilliseconds)]), Timings.Of([.. returned]), options.LatencyJobs / seconds,
            load.CpuSeconds * 1000 / options.LatencyJobs);

        void Finished(JobClaim claim, long claimedAt)
        {
            claims[claim.JobId] = claimedAt;
            if (Interlocked.Decrement(ref left) == 0)
            {
                done.Cancel();
            }
        }
    }
}

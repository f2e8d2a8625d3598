using System.Diagnostics;

namespace DiffusionHub.Queue.Bench;

/// <summary>What workers that have nothing to do cost.</summary>
/// <param name="TransactionsPerSecond">
/// Of each worker: its statements, and one whenever a session of its own hears a notification, whatever its channel.
/// </param>
/// <param name="ServerPercent">Processor time of the server for all of them, in percent of one core; null where it is not on this machine.</param>
public sealed record IdleResult(double TransactionsPerSecond, double? ServerPercent)
{
    // What a session counted while the workers came it reports up to ten seconds late.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(12);

    internal static async Task<IdleResult> MeasureAsync(BenchContext bench, QueueBenchOptions options, CancellationToken cancellationToken)
    {
        await ServerLoad.SettleAsync(bench.DataSource, cancellationToken);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var workers = Enumerable.Range(0, options.Workers).Select(_ => bench.WorkAsync(1, (_, _) => { }, done.Token)).ToList();
        await Task.Delay(Settling < options.IdleTime ? Settling : options.IdleTime, cancellationToken);
        var started = Stopwatch.GetTimestamp();
        var before = await ServerLoad.ReadAsync(bench.DataSource, cancellationToken);
        await Task.Delay(options.IdleTime, cancellationToken);
        var load = await ServerLoad.ReadAsync(bench.DataSource, cancellationToken) - before;
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await done.CancelAsync();
        await Task.WhenAll(workers);
        return new IdleResult(load.Commits / seconds / options.Workers, load.CpuSeconds * 100 / seconds);
    }
}

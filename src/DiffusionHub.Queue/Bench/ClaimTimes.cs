using System.Diagnostics;

namespace DiffusionHub.Queue.Bench;

/// <summary>How long single claims take, one worker alone, each job finished at once.</summary>
internal static class ClaimTimes
{
    public static async Task<Timings> MeasureAsync(BenchContext bench, int claims, CancellationToken cancellationToken)
    {
        var worker = await bench.RegisterAsync(cancellationToken);
        var times = new List<double>();
        for (var i = 0; i < claims; i++)
        {
            // However slow the machine, the lease is not what is measured.
            await bench.Registry.HeartbeatAsync(worker, new WorkerCondition([], 0), cancellationToken);
            var started = Stopwatch.GetTimestamp();
            var claim = await bench.Queue.ClaimAsync(worker, 1, cancellationToken);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            await bench.Queue.FinishAsync(claim.Single(), new JobResult(1), null, cancellationToken);
        }

        await bench.Registry.UnregisterAsync(worker.WorkerId, cancellationToken);
        return Timings.Of(times);
    }
}

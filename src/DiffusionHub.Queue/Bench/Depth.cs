namespace DiffusionHub.Queue.Bench;

/// <summary>The time of a claim while many jobs wait.</summary>
/// <param name="Few">With 1,000 waiting.</param>
/// <param name="Many">With a million more, each of another person, all claimable.</param>
/// <param name="OnePerson">With a million more of one person.</param>
/// <param name="AtLimit">With a million more of one person who may run nothing more, before the others in the same lane.</param>
/// <param name="Paused">With a million more in a better lane that is paused.</param>
/// <param name="Unmanned">With a million more of a model that no worker has, before the others in the same lane.</param>
public sealed record DepthResult(Timings Few, Timings Many, Timings OnePerson, Timings AtLimit, Timings Paused, Timings Unmanned)
{
    internal static async Task<DepthResult> MeasureAsync(BenchContext bench, QueueBenchOptions options, CancellationToken cancellationToken)
    {
        var busy = Guid.NewGuid();
        await bench.Queue.SetLimitsAsync(queuedPerOwner: int.MaxValue, queuedInAll: int.MaxValue, cancellationToken: cancellationToken);
        var times = new List<Timings>();
        (string Lane, string Model, Guid? Owner)[] crowds = [("normal", bench.Model, null), ("normal", bench.Model, busy), ("normal", bench.Model, busy), ("interactive", bench.Model, busy), ("normal", $"{bench.Model}-none", busy)];
        await ClaimAsync(null);
        foreach (var crowd in crowds.Index())
        {
            var (lane, model, owner) = crowd.Item;
            await bench.ExecuteAsync(
                Sql.BenchFill, Parameters.Of(options.DepthJobs), Parameters.Of(lane), Parameters.Of(model), Parameters.Of(owner), Parameters.Of(50));
            await bench.Queue.SetShareAsync(busy, new Share(RunningLimit: crowd.Index == 2 ? 0 : null), cancellationToken);
            await bench.Queue.SetLaneAsync("interactive", new LaneChange(Paused: crowd.Index == 3), cancellationToken);
            // No ANALYZE: a queue that has just filled up must be as fast. But not while the fill's own disk writes go on.
            await bench.ExecuteAsync("CHECKPOINT");
            await ClaimAsync(crowd.Index < 2 ? null : 1e6);
            await bench.ExecuteAsync("TRUNCATE queue.job, queue.flow, queue.measured");
        }

        await bench.Queue.SetLaneAsync("interactive", new LaneChange(Paused: false), cancellationToken);
        await bench.ClearAsync([$"{bench.Model}-none"], [busy]);
        return new DepthResult(times[0], times[1], times[2], times[3], times[4], times[5]);

        async Task ClaimAsync(double? after)
        {
            await bench.Queue.SubmitAsync([.. Enumerable.Range(0, 1000).Select(i => bench.Job(i, "normal", $"b{i}"))], null, cancellationToken);
            if (after is { } start)
            {
                await bench.ExecuteAsync("UPDATE queue.job SET vstart = vstart + $1 WHERE owner_id = ANY ($2)", Parameters.Of(start), Parameters.Of(bench.Owners));
            }

            times.Add(await ClaimTimes.MeasureAsync(bench, options.DepthClaims, cancellationToken));
        }
    }
}

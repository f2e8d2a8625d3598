namespace DiffusionHub.Queue.Bench;

/// <summary>The time of a claim with 1,000 jobs waiting, and right after that with many more.</summary>
/// <param name="Few">With 1,000.</param>
/// <param name="Many">With many more.</param>
public sealed record DepthCase(Timings Few, Timings Many);

/// <summary>The time of a claim while many jobs wait.</summary>
/// <param name="EachOfAnother">Each of another person, all claimable.</param>
/// <param name="OnePerson">All of one person.</param>
/// <param name="AtLimit">All of one person who may run nothing more, before the others in the same lane.</param>
/// <param name="Paused">All in a better lane that is paused.</param>
/// <param name="Unmanned">All of a model that no worker has, before the others in the same lane.</param>
public sealed record DepthResult(DepthCase EachOfAnother, DepthCase OnePerson, DepthCase AtLimit, DepthCase Paused, DepthCase Unmanned)
{
    internal static async Task<DepthResult> MeasureAsync(BenchContext bench, QueueBenchOptions options, CancellationToken cancellationToken)
    {
        var busy = Guid.NewGuid();
        await bench.Queue.SetLimitsAsync(queuedPerOwner: int.MaxValue, queuedInAll: int.MaxValue, cancellationToken: cancellationToken);
        var each = await CaseAsync("normal", bench.Model, null, before: false);
        var one = await CaseAsync("normal", bench.Model, busy, before: false);
        await bench.Queue.SetShareAsync(busy, new Share(RunningLimit: 0), cancellationToken);
        var limit = await CaseAsync("normal", bench.Model, busy, before: true);
        await bench.Queue.SetLaneAsync("interactive", new LaneChange(Paused: true), cancellationToken);
        var paused = await CaseAsync("interactive", bench.Model, busy, before: true);
        await bench.Queue.SetLaneAsync("interactive", new LaneChange(Paused: false), cancellationToken);
        var unmanned = await CaseAsync("normal", $"{bench.Model}-none", busy, before: true);
        await bench.ClearAsync([$"{bench.Model}-none"], [busy]);
        return new DepthResult(each, one, limit, paused, unmanned);

        async Task<DepthCase> CaseAsync(string lane, string model, Guid? owner, bool before)
        {
            await bench.MaintainAsync("TRUNCATE queue.job, queue.flow, queue.measured");
            await SubmitAsync();
            await bench.MaintainAsync("CHECKPOINT");
            var few = await ClaimTimes.MeasureAsync(bench, options.DepthClaims, cancellationToken);
            await bench.ExecuteAsync(
                Sql.BenchFill, Parameters.Of(options.DepthJobs), Parameters.Of(lane), Parameters.Of(model), Parameters.Of(owner), Parameters.Of(50));
            await SubmitAsync();
            if (before)
            {
                await bench.ExecuteAsync("UPDATE queue.job SET vstart = vstart + 1e6 WHERE owner_id = ANY ($1)", Parameters.Of(bench.Owners));
            }

            // What the server does once for a million new rows is not the claim's.
            await bench.MaintainAsync("VACUUM ANALYZE queue.job");
            await bench.MaintainAsync("CHECKPOINT");
            return new DepthCase(few, await ClaimTimes.MeasureAsync(bench, options.DepthClaims, cancellationToken));
        }

        Task SubmitAsync() =>
            bench.Queue.SubmitAsync([.. Enumerable.Range(0, 1000).Select(i => bench.Job(i, "normal", $"b{i}"))], null, cancellationToken);
    }
}

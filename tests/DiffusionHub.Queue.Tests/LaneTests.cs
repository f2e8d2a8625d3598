using Shouldly;
using Xunit;

namespace DiffusionHub.Queue.Tests;

public sealed class LaneTests(QueueFixture fixture) : QueueTest(fixture)
{
    [Fact]
    public async Task Lower_lane_is_served_once_each_maximum_wait()
    {
        await Queue.SetLaneAsync("bulk", new LaneChange(MaxWait: TimeSpan.FromSeconds(20)));
        await Queue.SubmitAsync([.. Enumerable.Range(0, 10).Select(i => Job(batchKey: $"a{i}"))]);
        await Queue.SubmitAsync([.. Enumerable.Range(0, 3).Select(i => Job(lane: "bulk", batchKey: $"b{i}"))]);
        var worker = await WorkerAsync();
        (await LaneAsync(worker)).ShouldBe("interactive");
        await ExecuteAsync("UPDATE queue.job SET ready_at = now() - interval '21 seconds'");
        (await LaneAsync(worker)).ShouldBe("bulk");
        (await LaneAsync(worker)).ShouldBe("interactive");
        await ExecuteAsync("SELECT setval(served, last - 20001) FROM queue.lane, LATERAL pg_sequence_last_value(served) AS last WHERE name = 'bulk'");
        (await LaneAsync(worker)).ShouldBe("bulk");
        (await LaneAsync(worker)).ShouldBe("interactive");
    }

    [Fact]
    public async Task Draining_lane_takes_no_new_jobs_and_serves_those_it_has()
    {
        var id = await SubmitAsync(Job(lane: "normal"));
        await Queue.SetLaneAsync("normal", new LaneChange(Draining: true));
        (await Should.ThrowAsync<QueueRefusedException>(() => SubmitAsync(Job(lane: "normal")))).Message.ShouldContain("normal");
        (await ClaimAsync(await WorkerAsync()))!.JobId.ShouldBe(id);
    }

    [Fact]
    public async Task Nobody_runs_more_jobs_than_the_limit_even_when_many_claim_at_once()
    {
        await Queue.SetShareAsync(Ada, new Share(RunningLimit: 3));
        await Queue.SubmitAsync([.. Enumerable.Range(0, 20).Select(_ => Job())]);
        var workers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => WorkerAsync()));
        var claims = (await Task.WhenAll(workers.Select(w => Queue.ClaimAsync(w, 2)))).SelectMany(c => c).ToList();
        claims.Count.ShouldBe(3);
        (await ClaimAsync(workers[0])).ShouldBeNull();
        (await Queue.ReadJobsAsync([claims.Max(c => c.JobId) + 1])).Single().WaitsFor.ShouldBe(WaitReason.RunningLimit);

        var other = await SubmitAsync(Job(owner: Bob));
        (await ClaimAsync(workers[0]))!.JobId.ShouldBe(other);
        await FinishAsync(claims[0]);
        (await Queue.ClaimAsync(workers[0], 8)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Running_limit_counts_every_way_a_claim_ends()
    {
        await Queue.SetShareAsync(Ada, new Share(RunningLimit: 5));
        await SubmitManyAsync(5);
        var (worker, dead) = (await WorkerAsync(), await WorkerAsync());
        await FinishAsync((await ClaimAsync(worker))!);
        await Queue.FailAsync((await ClaimAsync(worker))!, "x", retry: true);
        await Queue.ReleaseAsync((await ClaimAsync(worker))!);
        await ClaimAsync(dead);
        var cancelled = (await ClaimAsync(worker))!;
        (await RunningAsync()).ShouldBe(2);
        await ExpireAsync(dead);
        await Reaper.ReapAsync();
        (await RunningAsync()).ShouldBe(1);
        await Queue.CancelAsync(cancelled.JobId, Ada);
        await Queue.ReleaseAsync(cancelled);
        (await RunningAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Claim_from_before_the_limit_is_not_counted_by_it()
    {
        await SubmitManyAsync(2);
        var worker = await WorkerAsync();
        var early = (await ClaimAsync(worker))!;
        await Queue.SetShareAsync(Ada, new Share(RunningLimit: 1));
        var late = (await ClaimAsync(worker))!;
        await FinishAsync(early);
        (await RunningAsync()).ShouldBe(1);
        await FinishAsync(late);
        (await RunningAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Shares_out_of_range_are_refused()
    {
        foreach (var share in new Share[] { new(0), new(-1), new(double.NaN), new(RunningLimit: -1), new(QueuedLimit: -1) })
        {
            await Should.ThrowAsync<QueueRefusedException>(() => Queue.SetShareAsync(Ada, share));
        }
    }

    private async Task<string> LaneAsync(WorkerIdentity worker) => (await ClaimAsync(worker))!.Lane;

    private Task<int> RunningAsync() => ScalarAsync<int>("SELECT running FROM queue.share");
}

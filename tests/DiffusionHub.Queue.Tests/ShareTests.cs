using Shouldly;
using Xunit;

namespace DiffusionHub.Queue.Tests;

public sealed class ShareTests(QueueFixture fixture) : QueueTest(fixture)
{
    private static readonly Guid Cyd = Guid.Parse("00000000-0000-7000-8000-00000000000c");
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Device_time_is_compared_with_the_weights_of_those_who_had_any()
    {
        await Queue.SetShareAsync(Bob, new Share(Weight: 3, RunningLimit: 4, QueuedLimit: 50));
        // Granted much, but asked for nothing: takes nothing from the others' due.
        await Queue.SetShareAsync(Cyd, new Share(Weight: 100));
        await EndAsync(Ada, 3000);
        await EndAsync(Bob, 4500);
        await EndAsync(Bob, 1500);
        await ExecuteAsync("INSERT INTO queue.outcome SELECT job_id + 1000, lane, owner_id, group_id, model, batch_key, payload, state, error, errors, attempts, worker, claim_token, 99000, enqueued_at, claimed_at, now() - interval '61 minutes' FROM queue.outcome LIMIT 1");
        var shares = await Queue.ReadSharesAsync(Hour, 10);
        shares.Select(s => s.OwnerId).ShouldBe([Bob, Ada, Cyd]);
        shares[0].ShouldBe(new PersonShare(Bob, new Share(3, 4, 50), 0, 0, 2, 6000, 6.0 / 9, 3.0 / 4));
        shares[1].ShouldBe(new PersonShare(Ada, Share.Usual, 0, 0, 1, 3000, 3.0 / 9, 1.0 / 4));
        shares[2].ShouldBe(new PersonShare(Cyd, new Share(100), 0, 0, 0, 0, 0, null));
        (await Queue.ReadSharesAsync(Hour, 1)).Single().Served.ShouldBe(6.0 / 9);
    }

    [Fact]
    public async Task Live_and_running_jobs_are_each_persons_own()
    {
        await Queue.SubmitAsync([Job(), Job(lane: "bulk"), Job(owner: Bob)]);
        await ClaimAsync(await WorkerAsync());
        var shares = await Queue.ReadSharesAsync(Hour, 10);
        shares.Select(s => (s.OwnerId, s.Live, s.Running, s.Served)).ShouldBe([(Ada, 2, 1, null), (Bob, 1, 0, null)]);
    }

    [Fact]
    public async Task Removed_grant_leaves_the_usual_share_and_counted_claims_end_well()
    {
        await Queue.SetShareAsync(Ada, new Share(Weight: 5, RunningLimit: 1, QueuedLimit: 2));
        await SubmitManyAsync(2);
        var worker = await WorkerAsync();
        var claim = (await ClaimAsync(worker))!;
        (await ClaimAsync(worker)).ShouldBeNull();
        await Queue.RemoveShareAsync(Ada);
        (await Queue.ReadSharesAsync(Hour, 10)).Single().Share.ShouldBe(Share.Usual);
        var second = await ClaimAsync(worker);
        await Queue.SetShareAsync(Ada, new Share(RunningLimit: 1));
        (await FinishAsync(claim)).ShouldBe(FinishResult.Published);
        (await FinishAsync(second.ShouldNotBeNull())).ShouldBe(FinishResult.Published);
        (await ScalarAsync<int>("SELECT running FROM queue.share")).ShouldBe(0);
    }

    [Fact]
    public async Task Person_with_the_usual_share_and_no_jobs_is_not_listed()
    {
        await Queue.SetShareAsync(Ada, new Share(Weight: 5));
        (await Queue.ReadSharesAsync(Hour, 10)).Count.ShouldBe(1);
        await Queue.RemoveShareAsync(Ada);
        (await Queue.ReadSharesAsync(Hour, 10)).ShouldBeEmpty();
    }

    private async Task EndAsync(Guid owner, double milliseconds)
    {
        await SubmitAsync(Job(owner: owner));
        (await Queue.FinishAsync((await ClaimAsync(await WorkerAsync()))!, new JobResult(milliseconds))).ShouldBe(FinishResult.Published);
        // The accounts still count what ended within the last second.
        await Reaper.ReapAsync();
        await ExecuteAsync("UPDATE queue.flow SET live = 0");
    }
}

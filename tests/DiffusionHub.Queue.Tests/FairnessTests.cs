using Shouldly;
using Xunit;

namespace DiffusionHub.Queue.Tests;

public sealed class FairnessTests(QueueFixture fixture) : QueueTest(fixture)
{
    private static readonly Guid Cyd = Guid.Parse("00000000-0000-7000-8000-00000000000c");

    [Fact]
    public async Task Late_users_are_served_within_two_claims_and_shares_follow_the_weights()
    {
        await Queue.SetShareAsync(Cyd, new Share(Weight: 2));
        await Queue.SubmitAsync(Jobs(Ada, 1000));
        var worker = await WorkerAsync();
        await OwnersAsync(worker, 100);
        await Queue.SubmitAsync(Jobs(Bob, 100));
        await Queue.SubmitAsync(Jobs(Cyd, 100));

        var owners = await OwnersAsync(worker, 42);
        owners.Take(2).ShouldBe([Bob, Cyd], ignoreOrder: true);
        var shares = owners.CountBy(o => o).ToDictionary();
        (shares[Ada], shares[Bob], shares[Cyd]).ShouldBe((10, 11, 21));
    }

    [Fact]
    public async Task Shares_are_of_device_time_not_of_jobs()
    {
        await Queue.SubmitAsync(Jobs(Ada, 60, cost: 300));
        await Queue.SubmitAsync(Jobs(Bob, 60, cost: 100));
        var shares = (await OwnersAsync(await WorkerAsync(), 40)).CountBy(o => o).ToDictionary();
        shares[Bob].ShouldBeInRange(29, 31);
    }

    [Fact]
    public async Task Who_was_away_gets_no_credit_for_it()
    {
        await Queue.SubmitAsync(Jobs(Bob, 1));
        await Queue.SubmitAsync(Jobs(Ada, 200));
        var worker = await WorkerAsync();
        await OwnersAsync(worker, 101);
        await Queue.SubmitAsync(Jobs(Bob, 100));
        (await OwnersAsync(worker, 20)).Count(o => o == Bob).ShouldBeInRange(9, 11);
    }

    [Fact]
    public async Task One_persons_jobs_are_served_in_order_however_many_wait()
    {
        var ids = await Queue.SubmitAsync(Jobs(Ada, 300));
        (await ScalarAsync<long>("SELECT count(*) FROM queue.job WHERE vstart IS NOT NULL")).ShouldBe(64);
        var worker = await WorkerAsync();
        (await IdsAsync(worker, 300)).ShouldBe(ids);
    }

    [Fact]
    public async Task Reaper_places_jobs_that_nobody_refilled()
    {
        await Queue.SubmitAsync(Jobs(Ada, 100));
        await ExecuteAsync("DELETE FROM queue.job WHERE vstart IS NOT NULL");
        (await ClaimAsync(await WorkerAsync())).ShouldBeNull();
        await Reaper.ReapAsync();
        (await ScalarAsync<long>("SELECT count(*) FROM queue.job WHERE vstart IS NOT NULL")).ShouldBe(36);
        (await ClaimAsync(await WorkerAsync())).ShouldNotBeNull();
    }

    [Fact]
    public async Task Cancelling_gives_the_cost_back_and_moves_later_jobs_up()
    {
        var ids = await Queue.SubmitAsync(Jobs(Ada, 5));
        await Queue.CancelAsync([ids[1], ids[3]], Ada);
        (await StartsAsync()).ShouldBe([0, 100, 200]);
        (await AccountAsync()).ShouldBe(300);
        await Queue.CancelAllAsync(Ada);
        (await AccountAsync()).ShouldBe(0);
        (await ScalarAsync<double>("SELECT charged FROM queue.flow")).ShouldBe(0);
    }

    [Fact]
    public async Task Cancelling_a_job_without_a_place_costs_and_gives_nothing()
    {
        var ids = await Queue.SubmitAsync(Jobs(Ada, 100));
        var before = await AccountAsync();
        before.ShouldBe(6400);
        await Queue.CancelAsync(ids[99], Ada);
        (await AccountAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Jobs_move_up_no_further_than_where_a_newcomer_would_start()
    {
        await Queue.SubmitAsync(Jobs(Bob, 10));
        await IdsAsync(await WorkerAsync(), 10); // the clock is at 900
        var ids = await Queue.SubmitAsync(Jobs(Ada, 3));
        await ExecuteAsync("UPDATE queue.job SET vstart = vstart - 50 WHERE state = 'Enqueued'");
        await Queue.CancelAsync(ids[0], Ada);
        (await StartsAsync()).ShouldBe([900, 950]);
    }

    [Fact]
    public async Task Concurrent_cancels_and_submits_keep_the_account_true()
    {
        var ids = await Queue.SubmitAsync(Jobs(Ada, 60));
        await Task.WhenAll(
            [.. ids.Take(40).Chunk(5).Select(some => Queue.CancelAsync(some, Ada)), .. Enumerable.Range(0, 4).Select(_ => Queue.SubmitAsync(Jobs(Ada, 5)))]);
        (await AccountAsync()).ShouldBe(await ScalarAsync<double>("SELECT sum(charge) FROM queue.job"), tolerance: 1e-6);
        (await ScalarAsync<double>("SELECT max(vstart + charge) FROM queue.job")).ShouldBe(await AccountAsync(), tolerance: 1e-6);
    }

    [Fact]
    public async Task Finished_job_corrects_the_account_by_what_was_measured()
    {
        await Queue.SetShareAsync(Ada, new Share(Weight: 2));
        await Queue.SubmitAsync(Jobs(Ada, 2));
        var worker = await WorkerAsync();
        await Queue.FinishAsync((await ClaimAsync(worker))!, new JobResult(400));
        (await AccountAsync()).ShouldBe(100);
        await Reaper.ReapAsync();
        (await AccountAsync()).ShouldBe(250);
        await Queue.FinishAsync((await ClaimAsync(worker))!, new JobResult(0));
        await Reaper.ReapAsync();
        (await AccountAsync()).ShouldBe(200);
        await Reaper.ReapAsync();
        (await AccountAsync()).ShouldBe(200);
    }

    private static NewJob[] Jobs(Guid owner, int count, double cost = 100) =>
        [.. Enumerable.Range(0, count).Select(_ => Job(owner: owner) with { CostMilliseconds = cost })];

    private async Task<List<Guid>> OwnersAsync(WorkerIdentity worker, int count)
    {
        var owners = new List<Guid>();
        for (var i = 0; i < count; i++)
        {
            var claim = (await ClaimAsync(worker))!;
            owners.Add(claim.OwnerId);
            await FinishAsync(claim);
        }

        return owners;
    }

    private async Task<List<long>> IdsAsync(WorkerIdentity worker, int count)
    {
        var ids = new List<long>();
        while (ids.Count < count && await ClaimAsync(worker) is { } claim)
        {
            ids.Add(claim.JobId);
        }

        return ids;
    }

    private Task<double> AccountAsync() => ScalarAsync<double>("SELECT vfinish FROM queue.flow");

    private Task<double[]> StartsAsync() => ScalarAsync<double[]>("SELECT array_agg(vstart ORDER BY vstart) FROM queue.job WHERE state = 'Enqueued'");
}

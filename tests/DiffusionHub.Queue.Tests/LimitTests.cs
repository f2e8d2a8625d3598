using Npgsql;
using Shouldly;
using Xunit;

namespace DiffusionHub.Queue.Tests;

public sealed class LimitTests(QueueFixture fixture) : QueueTest(fixture)
{
    [Theory]
    [InlineData(-1)]
    [InlineData(-1e-9)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(2e12)]
    public async Task Cost_out_of_range_is_refused(double cost)
    {
        await Should.ThrowAsync<QueueRefusedException>(() => Queue.SubmitAsync([Job(), Job() with { CostMilliseconds = cost }]));
        (await ScalarAsync<long>("SELECT count(*) FROM queue.job")).ShouldBe(0);
    }

    [Fact]
    public async Task Too_many_jobs_of_a_person_are_refused_whole()
    {
        await Queue.SetLimitsAsync(queuedPerOwner: 5);
        await SubmitManyAsync(3);
        (await Should.ThrowAsync<QueueRefusedException>(() => SubmitManyAsync(3))).Message.ShouldContain("5");
        (await ScalarAsync<long>("SELECT count(*) FROM queue.job")).ShouldBe(3);
        (await ScalarAsync<double>("SELECT vfinish FROM queue.flow")).ShouldBe(3000);
        await SubmitManyAsync(2);
        await SubmitAsync(Job(owner: Bob));
        await Queue.SetShareAsync(Ada, new Share(QueuedLimit: 6));
        await SubmitAsync();
        await Should.ThrowAsync<QueueRefusedException>(() => SubmitAsync());
        await Queue.CancelAllAsync(Ada);
        await SubmitAsync();
    }

    [Fact]
    public async Task Too_many_jobs_in_all_are_refused()
    {
        await Queue.SetLimitsAsync(queuedInAll: 4);
        await SubmitManyAsync(3);
        await SubmitAsync(Job(owner: Bob));
        (await Should.ThrowAsync<QueueRefusedException>(() => SubmitAsync(Job(owner: Bob)))).Message.ShouldContain("full");
    }

    [Fact]
    public async Task Accounts_know_how_many_jobs_live_however_they_end()
    {
        var ids = await Queue.SubmitAsync([.. Enumerable.Range(0, 12).Select(i => Job(batchKey: $"k{i}")), Job() with { AfterIndex = 1 }]);
        var (worker, dead) = (await WorkerAsync(), await WorkerAsync());
        await FinishAsync((await ClaimAsync(worker))!);
        await Queue.FailAsync((await ClaimAsync(worker))!, "x", retry: false);
        await Queue.FailAsync((await ClaimAsync(worker))!, "x", retry: true);
        var cancelled = (await ClaimAsync(worker))!;
        await ClaimAsync(dead);
        await Queue.CancelAsync([cancelled.JobId, ids[6], ids[7]], Ada);
        await Queue.ReleaseAsync(cancelled);
        await ExecuteAsync("UPDATE queue.job SET max_attempts = 1 WHERE state = 'Processing'");
        await ExpireAsync(dead);
        await Reaper.ReapAsync();
        await Reaper.ReapAsync();
        (await ScalarAsync<long>("SELECT live FROM queue.flow")).ShouldBe(await ScalarAsync<long>("SELECT count(*) FROM queue.job"));
        (await ScalarAsync<long>("SELECT count(*) FROM queue.job")).ShouldBe(6);
    }

    [Fact]
    public async Task Large_limit_is_held_by_the_reapers_count()
    {
        await Queue.SetLimitsAsync(queuedInAll: 30_000);
        await ExecuteAsync("UPDATE queue.setting SET counted = 29999");
        // So small a table cannot hold that many rows, whatever was counted.
        await SubmitAsync();
        await Queue.SetLimitsAsync(queuedPerOwner: 100_000);
        for (var i = 0; i < 11; i++)
        {
            await Queue.SubmitAsync([.. Enumerable.Range(0, 1500).Select(_ => Job())]);
        }

        await ExecuteAsync("UPDATE queue.setting SET counted = 29999");
        await SubmitAsync();
        await Should.ThrowAsync<QueueRefusedException>(() => SubmitManyAsync(2));
        await Reaper.ReapAsync();
        await SubmitManyAsync(2);
    }

    [Fact]
    public async Task Same_key_makes_one_job_even_when_sent_at_once()
    {
        var job = Job() with { IdempotencyKey = "once" };
        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SubmitAsync(job)));
        ids.Distinct().Count().ShouldBe(1);
        (await ScalarAsync<long>("SELECT count(*) FROM queue.job")).ShouldBe(1);
        await FinishAsync((await ClaimAsync(await WorkerAsync()))!);
        (await SubmitAsync(job)).ShouldBe(ids[0]);
        (await SubmitAsync(job with { OwnerId = Bob })).ShouldNotBe(ids[0]);
        var mixed = await Queue.SubmitAsync([Job(), job, Job()]);
        mixed[1].ShouldBe(ids[0]);
        mixed.Distinct().Count().ShouldBe(3);
        await Should.ThrowAsync<QueueRefusedException>(() => Queue.SubmitAsync([job with { IdempotencyKey = "twice" }, job with { IdempotencyKey = "twice" }]));
    }

    [Fact]
    public async Task What_goes_with_a_submission_goes_with_it_once()
    {
        NpgsqlBatchCommand[] also = [new("UPDATE queue.setting SET counted = counted + 1")];
        NewJob[] jobs = [Job() with { IdempotencyKey = "a" }, Job() with { IdempotencyKey = "b" }];
        var ids = await Queue.SubmitAsync(jobs, also);
        (await Queue.SubmitAsync([.. jobs.Reverse()], also)).ShouldBe(ids.Reverse());
        (await ScalarAsync<long>("SELECT counted FROM queue.setting")).ShouldBe(1);
    }

    // Neither finds the other's key when it looks, and they meet in opposite order: one waits for the other and takes its jobs.
    [Fact]
    public async Task Same_keys_in_another_order_sent_at_once_make_the_same_jobs()
    {
        NewJob[] jobs = [.. Enumerable.Range(0, 40).Select(i => Job() with { IdempotencyKey = $"key {i}" })];
        var sent = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Queue.SubmitAsync([.. i % 2 == 0 ? jobs : jobs.Reverse()])));
        sent.Select(ids => string.Join(' ', ids.Order())).Distinct().Count().ShouldBe(1);
        (await ScalarAsync<long>("SELECT count(*) FROM queue.job")).ShouldBe(40);
    }

    [Fact]
    public async Task Thousand_jobs_are_one_statement_and_come_in_order()
    {
        var ids = await Queue.SubmitAsync([.. Enumerable.Range(0, 1000).Select(i => Job($"{{\"n\": {i}}}", owner: i % 2 == 0 ? Ada : Bob))]);
        ids.ShouldBe(ids.Order());
        (await Queue.ReadJobsAsync([ids[999]])).Single().Payload.ShouldBe("""{"n": 999}""");
        (await ScalarAsync<long>("SELECT count(*) FROM queue.event WHERE kind = 'Enqueued'")).ShouldBe(1000);
    }

    [Fact]
    public async Task Replaced_job_keeps_its_number_and_place_and_pays_the_difference()
    {
        await Queue.SetShareAsync(Ada, new Share(Weight: 2));
        var live = Job("""{"prompt": "a"}""") with { Slot = "live", CostMilliseconds = 100 };
        var (id, replaced) = await Queue.ReplaceAsync(live);
        replaced.ShouldBeFalse();
        await SubmitAsync(Job() with { CostMilliseconds = 100 });
        (await Queue.ReplaceAsync(live with { Payload = """{"prompt": "b"}""", CostMilliseconds = 300 })).ShouldBe((id, true));
        var view = await ReadAsync(id);
        (view.Payload, view.Position, view.EstimatedMilliseconds).ShouldBe(("""{"prompt": "b"}""", 1, 300));
        (await ScalarAsync<double[]>("SELECT array_agg(vstart ORDER BY vstart) FROM queue.job")).ShouldBe([0, 150]);
        (await ScalarAsync<double>("SELECT vfinish FROM queue.flow")).ShouldBe(200);
        await Queue.ReplaceAsync(live with { CostMilliseconds = 20 });
        (await ScalarAsync<double[]>("SELECT array_agg(vstart ORDER BY vstart) FROM queue.job")).ShouldBe([0, 10]);

        await ClaimAsync(await WorkerAsync());
        var (next, again) = await Queue.ReplaceAsync(live);
        again.ShouldBeFalse();
        next.ShouldNotBe(id);
    }

    [Fact]
    public async Task Slot_holds_one_waiting_job_however_many_arrive_at_once()
    {
        var live = Job() with { Slot = "live" };
        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Queue.ReplaceAsync(live)));
        results.Count(r => !r.Replaced).ShouldBe(1);
        (await ScalarAsync<long>("SELECT count(*) FROM queue.job")).ShouldBe(1);
        (await ScalarAsync<double>("SELECT vfinish FROM queue.flow")).ShouldBe(1000);
    }

    [Fact]
    public async Task Cancel_by_filter_takes_what_matches()
    {
        var kept = await SubmitAsync(Job(lane: "bulk", model: "big"));
        await SubmitAsync(Job(lane: "bulk"));
        await SubmitAsync(Job(lane: "bulk", owner: Bob));
        (await Queue.CancelAsync(new CancelFilter(Lane: "bulk", Model: "sprout"))).ShouldBe(2);
        (await Queue.CancelAsync(new CancelFilter(Before: DateTimeOffset.UtcNow.AddDays(-1)))).ShouldBe(0);
        (await Queue.CancelAsync(new CancelFilter(State: Domain.Jobs.JobState.Processing))).ShouldBe(0);
        (await Queue.ReadActiveAsync(Ada)).Single().JobId.ShouldBe(kept);
    }
}

using System.Collections.Concurrent;
using Shouldly;
using Xunit;

namespace DiffusionHub.Queue.Tests;

public sealed class ClaimTests(QueueFixture fixture) : QueueTest(fixture)
{
    [Fact]
    public async Task Claimers_never_share_a_job()
    {
        var ids = await SubmitManyAsync(200);
        var claimed = new ConcurrentBag<JobClaim>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            var worker = await WorkerAsync();
            while (await ClaimAsync(worker) is { } claim)
            {
                claimed.Add(claim);
            }
        }));
        claimed.Select(c => c.JobId).Order().ShouldBe(ids);
        claimed.Select(c => c.ClaimToken).Distinct().Count().ShouldBe(200);
    }

    [Fact]
    public async Task Lanes_are_served_by_priority_and_then_in_order()
    {
        var bulk = await SubmitAsync(Job(lane: "bulk", batchKey: "a"));
        var first = await SubmitAsync(Job(batchKey: "b"));
        var second = await SubmitAsync(Job(batchKey: "c"));
        var worker = await WorkerAsync();
        var order = new List<long>();
        while (await ClaimAsync(worker) is { } claim)
        {
            order.Add(claim.JobId);
        }

        order.ShouldBe([first, second, bulk]);
    }

    [Fact]
    public async Task Worker_gets_only_models_it_has()
    {
        await SubmitAsync(Job(model: "big"));
        var small = await SubmitAsync(Job(model: "sprout"));
        var worker = await WorkerAsync("sprout");
        (await ClaimAsync(worker))!.JobId.ShouldBe(small);
        (await ClaimAsync(worker)).ShouldBeNull();
    }

    [Fact]
    public async Task Paused_lane_gives_nothing_until_resumed()
    {
        var id = await SubmitAsync(Job(lane: "bulk"));
        var worker = await WorkerAsync();
        await Queue.PauseAsync("bulk");
        (await ClaimAsync(worker)).ShouldBeNull();
        (await Queue.CountsAsync()).Single(l => l.Paused).Lane.ShouldBe("bulk");
        await Queue.ResumeAsync("bulk");
        (await ClaimAsync(worker))!.JobId.ShouldBe(id);
        await Should.ThrowAsync<QueueRefusedException>(() => Queue.PauseAsync("express"));
    }

    [Fact]
    public async Task Worker_without_a_valid_lease_gets_nothing()
    {
        await SubmitAsync();
        var expired = await WorkerAsync();
        await ExpireAsync(expired);
        (await ClaimAsync(expired)).ShouldBeNull();

        var draining = await WorkerAsync();
        await ExecuteAsync("UPDATE queue.worker SET draining = true");
        (await ClaimAsync(draining)).ShouldBeNull();

        var stranger = (await WorkerAsync()) with { Epoch = 7 };
        (await ClaimAsync(stranger)).ShouldBeNull();
    }

    [Fact]
    public async Task Batch_mates_share_the_key_and_retried_jobs_run_alone()
    {
        var ids = await Queue.SubmitAsync([Job(batchKey: "a"), Job(batchKey: "b"), Job(batchKey: "a"), Job(batchKey: "a"), Job(batchKey: "a")]);
        await ExecuteAsync($"UPDATE queue.job SET attempt = 1 WHERE job_id = {ids[3]}");
        var worker = await WorkerAsync();
        (await Queue.ClaimAsync(worker, 3)).Select(c => c.JobId).ShouldBe([ids[0], ids[2], ids[4]]);
        (await Queue.ClaimAsync(worker, 3)).Select(c => c.JobId).ShouldBe([ids[1]]);
        (await Queue.ClaimAsync(worker, 3)).Select(c => c.JobId).ShouldBe([ids[3]]);
    }

    [Fact]
    public async Task Claim_whose_answer_got_lost_is_given_back()
    {
        var held = await SubmitAsync();
        var lost = await SubmitAsync(Job(batchKey: "other"));
        var worker = await WorkerAsync();
        var claim = await ClaimAsync(worker);
        await ClaimAsync(worker);
        (await Queue.ReleaseOthersAsync(worker, [claim!])).ShouldBe(1);
        (await ReadAsync(held)).State.ShouldBe(Domain.Jobs.JobState.Processing);
        var back = await ReadAsync(lost);
        (back.State, back.Attempt).ShouldBe((Domain.Jobs.JobState.Enqueued, 0));
    }
}

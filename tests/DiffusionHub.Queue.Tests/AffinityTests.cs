using Shouldly;
using Xunit;

namespace DiffusionHub.Queue.Tests;

public sealed class AffinityTests(QueueFixture fixture) : QueueTest(fixture)
{
    [Fact]
    public async Task Resident_model_is_preferred_while_the_head_is_patient()
    {
        var big = await SubmitAsync(Job(model: "big", batchKey: "big", owner: Bob));
        var small = await SubmitAsync(Job(model: "sprout", batchKey: "small"));
        var worker = await WorkerAsync("big", "sprout");
        await Registry.HeartbeatAsync(worker, new WorkerCondition(["sprout"], 0));
        (await ClaimAsync(worker))!.JobId.ShouldBe(small);
        (await ClaimAsync(worker))!.JobId.ShouldBe(big);
    }

    [Fact]
    public async Task Impatient_head_is_taken_although_its_model_must_be_loaded()
    {
        var big = await SubmitAsync(Job(model: "big", owner: Bob));
        await SubmitAsync(Job(model: "sprout"));
        await ExecuteAsync("UPDATE queue.job SET ready_at = now() - interval '1 hour' WHERE model = 'big'");
        var worker = await WorkerAsync("big", "sprout");
        await Registry.HeartbeatAsync(worker, new WorkerCondition(["sprout"], 0));
        (await ClaimAsync(worker))!.JobId.ShouldBe(big);
    }

    [Fact]
    public async Task Affinity_does_not_go_before_a_better_lane()
    {
        await SubmitAsync(Job(model: "sprout", lane: "normal"));
        var big = await SubmitAsync(Job(model: "big"));
        var worker = await WorkerAsync("big", "sprout");
        await Registry.HeartbeatAsync(worker, new WorkerCondition(["sprout"], 0));
        (await ClaimAsync(worker))!.JobId.ShouldBe(big);
    }

    [Fact]
    public async Task Unrunnable_job_is_refused_with_the_reason_where_the_queue_is_told_to()
    {
        await Queue.SetLimitsAsync(refuseUnrunnable: true);
        (await Should.ThrowAsync<QueueRefusedException>(() => SubmitAsync())).Message.ShouldContain("sprout");
        await WorkerAsync("sprout");
        (await Should.ThrowAsync<QueueRefusedException>(() => Queue.SubmitAsync([Job(), Job(model: "big")]))).Message.ShouldContain("big");
        (await ScalarAsync<long>("SELECT count(*) FROM queue.job")).ShouldBe(0);
        await SubmitAsync();
    }

    [Fact]
    public async Task Jobs_are_flagged_when_the_last_capable_worker_leaves_and_unflagged_when_one_comes()
    {
        var id = await SubmitAsync();
        var worker = await WorkerAsync();
        await Reaper.ReapAsync();
        (await ReadAsync(id)).WaitsFor.ShouldBe(WaitReason.Line);
        await ExpireAsync(worker);
        await Reaper.ReapAsync();
        await Reaper.ReapAsync();
        (await ReadAsync(id)).WaitsFor.ShouldBe(WaitReason.NoWorker);
        (await Queue.ReadHealthAsync()).StrandedModels.ShouldBe(["sprout"]);
        await WorkerAsync();
        await Reaper.ReapAsync();
        (await Queue.ReadHealthAsync()).StrandedModels.ShouldBeEmpty();
        (await EventsAsync(EventCursor.Start, 3)).Where(e => e.Detail is not null).Select(e => (e.Kind, e.Detail)).ShouldBe([("Stranded", "sprout"), ("Manned", "sprout")]);
    }
}

using DiffusionHub.Domain.Jobs;
using Shouldly;
using Xunit;

namespace DiffusionHub.Queue.Tests;

public sealed class DependencyTests(QueueFixture fixture) : QueueTest(fixture)
{
    [Fact]
    public async Task Job_after_another_waits_for_its_success()
    {
        var ids = await Queue.SubmitAsync([Job(), Job("""{"upscale": 2}""") with { AfterIndex = 0 }]);
        var worker = await WorkerAsync();
        var first = (await ClaimAsync(worker))!;
        (await ClaimAsync(worker)).ShouldBeNull();
        var waiting = await ReadAsync(ids[1]);
        (waiting.State, waiting.WaitsFor, waiting.AfterJob).ShouldBe((JobState.Scheduled, WaitReason.OtherJob, ids[0]));
        await FinishAsync(first);
        (await ClaimAsync(worker))!.JobId.ShouldBe(ids[1]);
    }

    [Fact]
    public async Task Job_after_one_that_has_succeeded_waits_for_nothing()
    {
        var id = await SubmitAsync();
        var worker = await WorkerAsync();
        await FinishAsync((await ClaimAsync(worker))!);
        var next = await SubmitAsync(Job() with { AfterJob = id });
        (await ClaimAsync(worker))!.JobId.ShouldBe(next);
    }

    [Theory]
    [InlineData(true, JobState.Failed)]
    [InlineData(false, JobState.Deleted)]
    public async Task Chain_ends_as_the_job_it_waits_for(bool failed, JobState state)
    {
        var ids = await Queue.SubmitAsync([Job(), Job() with { AfterIndex = 0 }, Job() with { AfterIndex = 1 }]);
        if (failed)
        {
            await Queue.FailAsync((await ClaimAsync(await WorkerAsync()))!, "broken", retry: false);
        }
        else
        {
            await Queue.CancelAsync(ids[0], Ada);
        }

        var views = await Queue.ReadJobsAsync(ids.ToArray());
        views.Select(v => v.State).ShouldBe([state, state, state]);
        (views[2].Error ?? "").Contains($"{ids[1]}", StringComparison.Ordinal).ShouldBe(failed);
        (await Should.ThrowAsync<QueueRefusedException>(() => SubmitAsync(Job() with { AfterJob = ids[0] }))).Message.ShouldContain($"{ids[0]}");
    }

    [Fact]
    public async Task Retried_job_keeps_what_waits_for_it()
    {
        var ids = await Queue.SubmitAsync([Job(), Job() with { AfterIndex = 0 }]);
        await Queue.FailAsync((await ClaimAsync(await WorkerAsync()))!, "once", retry: true);
        await Reaper.ReapAsync();
        (await StateAsync(ids[1])).ShouldBe(JobState.Scheduled);
    }

    [Fact]
    public async Task Job_whose_other_ended_unseen_is_found_by_the_reaper()
    {
        var ids = await Queue.SubmitAsync([Job(), Job(), Job() with { AfterIndex = 0 }, Job() with { AfterIndex = 1 }]);
        var worker = await WorkerAsync();
        await ExecuteAsync("UPDATE queue.job SET after_job = -after_job WHERE after_job IS NOT NULL");
        await FinishAsync((await ClaimAsync(worker))!);
        await Queue.CancelAsync(ids[1], null);
        await ExecuteAsync("UPDATE queue.job SET after_job = -after_job WHERE after_job IS NOT NULL");
        var reaped = (await Reaper.ReapAsync())!;
        reaped.Promoted.ShouldBe([ids[2]]);
        reaped.Ended.ShouldBe([ids[3]]);
        (await ClaimAsync(worker))!.JobId.ShouldBe(ids[2]);
    }

    [Fact]
    public async Task Scheduled_job_enters_the_line_when_its_time_has_come_by_the_databases_clock()
    {
        var past = await SubmitAsync(Job() with { NotBefore = DateTimeOffset.UtcNow.AddHours(-1) });
        var id = await SubmitAsync(Job() with { NotBefore = DateTimeOffset.UtcNow.AddHours(1) });
        (await ReadAsync(id)).WaitsFor.ShouldBe(WaitReason.Time);
        var worker = await WorkerAsync();
        (await ClaimAsync(worker))!.JobId.ShouldBe(past);
        await Reaper.ReapAsync();
        (await ClaimAsync(worker)).ShouldBeNull();
        await ExecuteAsync("UPDATE queue.job SET run_after = now() WHERE state = 'Scheduled'");
        (await Reaper.ReapAsync())!.Promoted.ShouldBe([id]);
        (await ClaimAsync(worker))!.JobId.ShouldBe(id);
    }

    [Fact]
    public async Task Job_can_wait_for_a_time_and_another_job()
    {
        var ids = await Queue.SubmitAsync([Job(), Job() with { AfterIndex = 0, NotBefore = DateTimeOffset.UtcNow.AddHours(1) }]);
        var worker = await WorkerAsync();
        await FinishAsync((await ClaimAsync(worker))!);
        var waiting = await ReadAsync(ids[1]);
        (waiting.State, waiting.WaitsFor).ShouldBe((JobState.Scheduled, WaitReason.Time));
    }
}

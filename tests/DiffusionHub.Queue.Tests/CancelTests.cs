using DiffusionHub.Domain.Jobs;
using Npgsql;
using Shouldly;
using Xunit;

namespace DiffusionHub.Queue.Tests;

public sealed class CancelTests(QueueFixture fixture) : QueueTest(fixture)
{
    [Fact]
    public async Task Waiting_job_is_gone_at_once()
    {
        var id = await SubmitAsync();
        (await Queue.CancelAsync(id, Ada)).ShouldBe(1);
        (await StateAsync(id)).ShouldBe(JobState.Deleted);
        (await ClaimAsync(await WorkerAsync())).ShouldBeNull();
    }

    [Fact]
    public async Task Scheduled_job_is_gone_at_once()
    {
        var id = await SubmitAsync();
        await Queue.FailAsync((await ClaimAsync(await WorkerAsync()))!, "x", retry: true);
        (await StateAsync(id)).ShouldBe(JobState.Scheduled);
        (await Queue.CancelAsync(id, null)).ShouldBe(1);
        var view = await ReadAsync(id);
        (view.State, view.Errors.Count).ShouldBe((JobState.Deleted, 1));
    }

    [Fact]
    public async Task Running_job_is_flagged_and_its_worker_hears_it_three_ways()
    {
        var id = await SubmitAsync();
        var worker = await WorkerAsync();
        var claim = (await ClaimAsync(worker))!;
        await using var listener = new QueueListener(DataSource, Notifier.JobsChannel);
        (await listener.NextAsync(default)).CatchUp.ShouldBeTrue();

        (await Queue.CancelAsync(id, Ada)).ShouldBe(1);
        var heard = await listener.NextAsync(default);
        while (heard.Cancelled.Count == 0)
        {
            heard = await listener.NextAsync(default);
        }

        heard.Cancelled.ShouldBe([id]);
        (await Registry.HeartbeatAsync(worker, new WorkerCondition([], 0))).CancelRequested.ShouldBe([id]);
        (await Progress.ReportAsync(claim, 1, 4, null)).ShouldBe(new ProgressAnswer(true, true));
        (await ReadAsync(id)).CancelRequested.ShouldBeTrue();

        (await Queue.ReleaseAsync(claim)).ShouldBeTrue();
        (await StateAsync(id)).ShouldBe(JobState.Deleted);
    }

    [Fact]
    public async Task Finish_of_a_cancelled_job_publishes_nothing()
    {
        var id = await SubmitAsync();
        var claim = (await ClaimAsync(await WorkerAsync()))!;
        await Queue.CancelAsync(id, Ada);
        (await Queue.FinishAsync(claim, new JobResult(1), [new NpgsqlBatchCommand("UPDATE queue.lane SET paused = true")]))
            .ShouldBe(FinishResult.Cancelled);
        (await StateAsync(id)).ShouldBe(JobState.Deleted);
        (await Queue.CountsAsync()).ShouldAllBe(l => !l.Paused);
    }

    [Fact]
    public async Task Failure_of_a_cancelled_job_ends_as_deleted()
    {
        var id = await SubmitAsync();
        var claim = (await ClaimAsync(await WorkerAsync()))!;
        await Queue.CancelAsync(id, Ada);
        (await Queue.FailAsync(claim, "x", retry: true)).ShouldBe(FailResult.Cancelled);
        (await StateAsync(id)).ShouldBe(JobState.Deleted);
    }

    [Fact]
    public async Task Cancelled_job_of_a_dead_worker_ends_as_deleted()
    {
        var id = await SubmitAsync();
        var worker = await WorkerAsync();
        await ClaimAsync(worker);
        await Queue.CancelAsync(id, Ada);
        await ExpireAsync(worker);
        (await Reaper.ReapAsync())!.Ended.ShouldBe([id]);
        (await StateAsync(id)).ShouldBe(JobState.Deleted);
    }

    [Fact]
    public async Task Nobody_cancels_the_jobs_of_others()
    {
        var id = await SubmitAsync();
        (await Queue.CancelAsync(id, Bob)).ShouldBe(0);
        (await StateAsync(id)).ShouldBe(JobState.Enqueued);
    }

    [Fact]
    public async Task Cancel_all_takes_every_live_job_of_one_person()
    {
        var running = await SubmitAsync();
        await ClaimAsync(await WorkerAsync());
        var waiting = await SubmitAsync();
        var other = await SubmitAsync(Job(owner: Bob));
        (await Queue.CancelAllAsync(Ada)).ShouldBe(2);
        (await ReadAsync(running)).CancelRequested.ShouldBeTrue();
        (await StateAsync(waiting)).ShouldBe(JobState.Deleted);
        (await StateAsync(other)).ShouldBe(JobState.Enqueued);
    }

    [Fact]
    public async Task Ended_job_is_left_alone()
    {
        var id = await SubmitAsync();
        await FinishAsync((await ClaimAsync(await WorkerAsync()))!);
        (await Queue.CancelAsync(id, Ada)).ShouldBe(0);
        (await StateAsync(id)).ShouldBe(JobState.Succeeded);
    }
}

using DiffusionHub.Domain.Jobs;
using DiffusionHub.Migrations;
using DiffusionHub.Queue;
using DiffusionHub.Tests;
using DiffusionHub.Worker.Computing;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace DiffusionHub.Worker.Tests;

/// <summary>What becomes of the jobs of a worker whose computing does not come back.</summary>
public sealed class WatchdogTests
{
    [Fact]
    public async Task Stuck_job_is_charged_the_others_are_given_back_and_the_process_ends()
    {
        var database = await TestServer.NewDatabaseAsync();
        await HubMigrator.MigrateAsync(TestServer.OwnerOf(database), TestServer.Role);
        await using var dataSource = QueueDatabase.Open(database, "tests");
        await using var queue = new JobQueue(dataSource);
        var worker = await new WorkerRegistry(dataSource, queue.Notifier)
            .RegisterAsync(new WorkerDescription(Guid.CreateVersion7(), "w", "here", 1, "cpu", ["sprout"]), TestContext.Current.CancellationToken);
        await queue.SubmitAsync([Job, Job, Job], cancellationToken: TestContext.Current.CancellationToken);
        using var state = new WorkerState(NullLogger.Instance);
        var jobs = (await queue.ClaimAsync(worker, 3, TestContext.Current.CancellationToken)).Select(state.Begin).ToList();

        // One computes and gives no sign of life; one has computed and publishes; one has not begun.
        jobs[0].Computes();
        jobs[1].Computes();
        jobs[1].HasComputed();
        var ended = 0;
        await new Watchdog(state, queue, TimeSpan.Zero, () => ended++, NullLogger.Instance).RunAsync(TestContext.Current.CancellationToken);

        ended.ShouldBe(1);
        var views = (await queue.ReadJobsAsync([.. jobs.Select(job => job.Claim.JobId)], cancellationToken: TestContext.Current.CancellationToken)).OrderBy(view => view.JobId).ToList();
        views.Select(view => view.State).ShouldAllBe(s => s == JobState.Enqueued || s == JobState.Scheduled);
        views.Select(view => view.Attempt).ShouldBe([1, 0, 0]);
        views[0].Errors.ShouldHaveSingleItem().Error.ShouldContain("did not move");
    }

    [Fact]
    public void Silence_counts_from_the_last_sign_of_life_and_only_while_it_computes()
    {
        using var job = new RunningJob(new JobClaim(1, 1, new WorkerIdentity(Guid.NewGuid(), 1, "w"), Guid.NewGuid(), Guid.NewGuid(), "interactive", "m", "k", "{}", 1, 3, default));
        (job.Silence, job.Defiance).ShouldBe((TimeSpan.Zero, TimeSpan.Zero));
        job.Computes();
        job.Silence.ShouldBeGreaterThan(TimeSpan.Zero);
        job.Defiance.ShouldBe(TimeSpan.Zero);
        job.Stop(StopReason.Cancelled);
        job.Defiance.ShouldBeGreaterThan(TimeSpan.Zero);
        job.HasComputed();
        (job.Silence, job.Defiance).ShouldBe((TimeSpan.Zero, TimeSpan.Zero));
    }

    private static NewJob Job => new(Guid.NewGuid(), Guid.NewGuid(), "interactive", "sprout", "k", "{}");
}

using DiffusionHub.Domain.Jobs;
using DiffusionHub.Queue;
using DiffusionHub.Web.Shared.Jobs;
using DiffusionHub.Web.Tests.Housekeeping;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests;

/// <summary>The feed on a real database, with a clock of the test's.</summary>
public sealed class JobFeedTests : HouseTest
{
    // The head of read-etas.sql and of read-jobs.sql.
    private const string Etas = "When the asked waiting jobs will start";
    private const string Jobs = "The asked jobs, live or ended";
    private static readonly Guid Ada = Guid.NewGuid();
    private static readonly Guid Bob = Guid.NewGuid();

    private readonly StoppedTime _time = new();

    [Fact]
    public async Task Who_waits_behind_another_is_told_that_he_moved_up_after_a_second_and_not_before()
    {
        await using var watched = await WatchAsync(Bob);
        var worker = await WorkerAsync();
        await SubmitAsync(Ada, 60_000);
        var second = await SubmitAsync(Bob, 100);
        var told = await watched.UntilAsync(u => u.Job.JobId == second && u.StartsAt is not null);
        (told.Job.Position, told.StartsAt).ShouldBe((2, _time.GetUtcNow().AddSeconds(60)));
        var reads = watched.Statements.Count(Etas);

        // The first is taken, and a third comes: it is told at once, the second's new place is not.
        (await Queue.ClaimAsync(worker, 1)).ShouldHaveSingleItem();
        var third = await SubmitAsync(Bob, 100);
        (await watched.UntilAsync(u => u.Job.JobId == third)).Job.Position.ShouldBe(2);
        watched.Seen.Where(u => u.Job.JobId == second).ShouldAllBe(u => u.Job.Position == 2);
        watched.Statements.Count(Etas).ShouldBe(reads);

        _time.Advance(WaitingLine.Pause);
        var moved = await watched.UntilAsync(u => u.Job.JobId == second && u.Job.Position == 1);
        moved.Job.WaitsFor.ShouldBe(WaitReason.Line);
        watched.Statements.Count(Etas).ShouldBe(reads + 1);
    }

    [Fact]
    public async Task Long_wait_is_foretold_anew_although_nothing_was_heard()
    {
        await using var watched = await WatchAsync(Bob);
        await WorkerAsync();
        await SubmitAsync(Ada, 60_000);
        var job = await SubmitAsync(Bob, 100);
        await watched.UntilAsync(u => u.Job.JobId == job && u.StartsAt is not null);
        // Two share the work before it now; a worker's heartbeats are no reason to read.
        await WorkerAsync();
        _time.Advance(WaitingLine.Refresh);
        var told = await watched.UntilAsync(u => u.Job.JobId == job && u.StartsAt < _time.GetUtcNow().AddSeconds(31));
        told.StartsAt.ShouldBe(_time.GetUtcNow().AddSeconds(30));
    }

    [Fact]
    public async Task Nothing_is_read_while_nobody_watches_a_waiting_job()
    {
        await using var watched = await WatchAsync(Ada);
        var worker = await WorkerAsync();
        var mine = await SubmitAsync(Ada, 100);
        var claim = (await Queue.ClaimAsync(worker, 1)).ShouldHaveSingleItem();
        await SubmitAsync(Bob, 100);
        var last = await SubmitAsync(Ada, 100);
        await watched.UntilAsync(u => u.Job.JobId == last);
        await Queue.CancelAsync(last, Ada);
        await watched.UntilAsync(u => u.Job.JobId == last && u.Job.State == JobState.Deleted);
        var (etas, jobs) = (watched.Statements.Count(Etas), watched.Statements.Count(Jobs));

        _time.Advance(TimeSpan.FromHours(1));
        await Queue.FinishAsync(claim, new JobResult(1));
        await watched.UntilAsync(u => u.Job.JobId == mine && u.Job.State == JobState.Succeeded);
        (watched.Statements.Count(Etas), watched.Statements.Count(Jobs)).ShouldBe((etas, jobs + 1));
    }

    [Fact]
    public async Task Places_are_told_also_after_a_time_in_which_nobody_watched()
    {
        await using var watched = await WatchAsync(Bob);
        var first = await SubmitAsync(Ada, 100);
        var second = await SubmitAsync(Bob, 100);
        await watched.UntilAsync(u => u.Job.JobId == second);
        // What was to be told in a second is due while nobody is there.
        var third = await SubmitAsync(Bob, 100);
        await watched.UntilAsync(u => u.Job.JobId == third);
        watched.Leave();
        _time.Advance(WaitingLine.Refresh);

        watched.Return(Bob);
        (await watched.Feed.ReadBoardAsync(Bob, ended: 0, TestContext.Current.CancellationToken)).Select(u => u.Job.Position).ShouldBe([2, 3]);
        await Queue.CancelAsync(first, Ada);
        var last = await SubmitAsync(Bob, 100);
        await watched.UntilAsync(u => u.Job.JobId == last);
        _time.Advance(WaitingLine.Pause);
        await watched.UntilAsync(u => u.Job.JobId == second && u.Job.Position == 1);
    }

    private async Task<WatchedFeed> WatchAsync(Guid owner)
    {
        var listener = new QueueListener(DataSource, Notifier.ChangedChannel);
        var feed = new JobFeed(Queue, listener, Database, _time, NullLogger<JobFeed>.Instance);
        var watched = new WatchedFeed(feed, listener, owner, new NpgsqlConnectionStringBuilder(DataSource.ConnectionString).Database!);
        await feed.StartAsync(TestContext.Current.CancellationToken);
        // Before anything else it hears that it is connected, and reads everything.
        var heard = await SubmitAsync(owner, 100);
        await watched.UntilAsync(u => u.Job.JobId == heard);
        await Queue.CancelAsync(heard, owner);
        await watched.UntilAsync(u => u.Job.JobId == heard && u.Job.State == JobState.Deleted);
        _time.Advance(WaitingLine.Refresh);
        return watched;
    }

    private async Task<long> SubmitAsync(Guid owner, double cost) =>
        (await Queue.SubmitAsync([new NewJob(owner, Guid.NewGuid(), "interactive", "sprout", Guid.NewGuid().ToString(), "{}") { CostMilliseconds = cost }]))[0];

    private async Task<WorkerIdentity> WorkerAsync()
    {
        var worker = await new WorkerRegistry(DataSource, Queue.Notifier).RegisterAsync(new WorkerDescription(Guid.CreateVersion7(), "w", "here", 1, "cpu", ["sprout"]));
        // It lives as long as the test, however slow that is.
        await using var live = DataSource.CreateCommand("UPDATE queue.worker SET lease_until = now() + interval '1 hour'");
        await live.ExecuteNonQueryAsync();
        return worker;
    }
}

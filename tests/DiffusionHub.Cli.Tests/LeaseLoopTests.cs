using DiffusionHub.Migrations;
using DiffusionHub.Queue;
using DiffusionHub.Tests;
using DiffusionHub.Worker;
using DiffusionHub.Worker.Loops;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace DiffusionHub.Cli.Tests;

/// <summary>What one heartbeat makes a worker do, without its process.</summary>
public sealed class LeaseLoopTests
{
    [Fact]
    public async Task Claim_whose_answer_was_lost_is_noticed_and_the_job_in_hand_is_not_taken_for_one()
    {
        await using var dataSource = await OpenAsync();
        await using var queue = new JobQueue(dataSource);
        using var state = new WorkerState(NullLogger.Instance);
        var lease = await RegisterAsync(dataSource, queue, state);
        await queue.SubmitAsync([Job]);
        await queue.SubmitAsync([Job]);

        // In hand: the heartbeat tells of a claim that the worker knows.
        state.BeginClaim();
        var claim = (await queue.ClaimAsync(state.Identity!, 1)).Single();
        var job = state.Begin(claim);
        state.EndClaim();
        await lease.BeatAsync(default);
        state.IsUncertain.ShouldBeFalse();

        // Another claim under way: what the heartbeat tells may be that one.
        state.BeginClaim();
        (await queue.ClaimAsync(state.Identity!, 1)).ShouldHaveSingleItem();
        await lease.BeatAsync(default);
        state.IsUncertain.ShouldBeFalse();

        // It is over and nothing came of it, but the database knows better.
        state.EndClaim();
        await lease.BeatAsync(default);
        state.IsUncertain.ShouldBeTrue();
        (await queue.ReleaseOthersAsync(state.Identity!, [claim])).ShouldBe(1);
        state.End(job);
    }

    [Fact]
    public async Task Work_that_no_notification_told_of_wakes_the_worker_at_its_next_heartbeat()
    {
        await using var dataSource = await OpenAsync();
        await using var queue = new JobQueue(dataSource);
        using var state = new WorkerState(NullLogger.Instance);
        var lease = await RegisterAsync(dataSource, queue, state);
        // Registering wakes it once.
        await state.Work.WaitAsync(default);
        var woken = state.Work.WaitAsync(default);
        await lease.BeatAsync(default);
        woken.IsCompleted.ShouldBeFalse();
        await queue.SubmitAsync([Job]);
        await lease.BeatAsync(default);
        woken.IsCompletedSuccessfully.ShouldBeTrue();
    }

    private static NewJob Job => new(Guid.NewGuid(), Guid.NewGuid(), "interactive", "sprout", Guid.NewGuid().ToString(), "{}");

    private static async Task<NpgsqlDataSource> OpenAsync()
    {
        var database = await TestServer.NewDatabaseAsync();
        await HubMigrator.MigrateAsync(TestServer.OwnerOf(database), TestServer.Role);
        return QueueDatabase.Open(database, "tests");
    }

    private static async Task<LeaseLoop> RegisterAsync(NpgsqlDataSource dataSource, JobQueue queue, WorkerState state)
    {
        var registry = new WorkerRegistry(dataSource, queue.Notifier);
        var lease = new LeaseLoop(registry, new WorkerDescription(Guid.CreateVersion7(), "w", "here", 1, "cpu", ["sprout"]), state, NullLogger.Instance);
        await lease.RegisterAsync(default);
        return lease;
    }
}

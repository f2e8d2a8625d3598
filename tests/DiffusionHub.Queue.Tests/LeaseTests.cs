using DiffusionHub.Domain.Jobs;
using Shouldly;
using Xunit;

namespace DiffusionHub.Queue.Tests;

public sealed class LeaseTests(QueueFixture fixture) : QueueTest(fixture)
{
    private static readonly WorkerCondition Fine = new(["sprout"], 123);

    [Fact]
    public async Task Dead_workers_job_returns_to_its_place_with_the_attempt_charged()
    {
        var ids = await SubmitManyAsync(3);
        var dead = await WorkerAsync();
        await ClaimAsync(dead);
        await ExpireAsync(dead);
        (await Reaper.ReapAsync())!.Freed.ShouldBe([ids[0]]);
        var view = await ReadAsync(ids[0]);
        (view.State, view.Position, view.Attempt).ShouldBe((JobState.Enqueued, 1, 1));
        view.Errors.ShouldHaveSingleItem().Error.ShouldContain("died");
        (await ClaimAsync(await WorkerAsync()))!.JobId.ShouldBe(ids[0]);
    }

    [Fact]
    public async Task Job_that_kills_every_worker_fails()
    {
        var id = await SubmitAsync();
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var worker = await WorkerAsync();
            await ClaimAsync(worker);
            await ExpireAsync(worker);
            await Reaper.ReapAsync();
        }

        var view = await ReadAsync(id);
        (view.State, view.Attempt, view.Errors.Count).ShouldBe((JobState.Failed, 3, 3));
        view.Error!.ShouldContain("died");
    }

    [Fact]
    public async Task Live_worker_keeps_its_job()
    {
        var id = await SubmitAsync();
        var worker = await WorkerAsync();
        await ClaimAsync(worker);
        (await Reaper.ReapAsync())!.Freed.ShouldBeEmpty();
        (await Registry.HeartbeatAsync(worker, Fine)).Current.ShouldBeTrue();
        (await StateAsync(id)).ShouldBe(JobState.Processing);
    }

    [Fact]
    public async Task Heartbeat_tells_of_work_and_of_what_is_to_be_reaped()
    {
        var worker = await WorkerAsync();
        (await AskAsync()).ShouldBe((false, false));
        await SubmitAsync(Job(model: "other"));
        (await AskAsync()).ShouldBe((false, true));
        await ExecuteAsync("DELETE FROM queue.job");
        var id = await SubmitAsync();
        (await AskAsync()).WorkWaits.ShouldBeTrue();
        await Queue.PauseAsync("interactive");
        (await AskAsync()).WorkWaits.ShouldBeFalse();
        await Queue.ResumeAsync("interactive");

        // In a dead worker's hands: nothing to claim, but something to reap.
        var dead = await WorkerAsync();
        await ClaimAsync(dead);
        (await AskAsync()).ShouldBe((false, false));
        await ExpireAsync(dead);
        (await AskAsync()).ShouldBe((false, true));
        (await Reaper.ReapAsync())!.Freed.ShouldBe([id]);
        (await AskAsync()).WorkWaits.ShouldBeTrue();

        async Task<(bool WorkWaits, bool ReapDue)> AskAsync() => await Registry.HeartbeatAsync(worker, Fine) is var answer ? (answer.WorkWaits, answer.ReapDue) : default;
    }

    [Fact]
    public async Task Heartbeat_tells_of_claims_whose_answer_was_lost()
    {
        var id = await SubmitAsync();
        var worker = await WorkerAsync();
        (await Registry.HeartbeatAsync(worker, Fine)).Held.ShouldBeEmpty();
        var unheard = (await ClaimAsync(worker))!;
        (await Registry.HeartbeatAsync(worker, Fine)).Held.ShouldBe([unheard.ClaimToken]);
        (await Queue.ReleaseOthersAsync(worker, [])).ShouldBe(1);
        (await Registry.HeartbeatAsync(worker, Fine)).Held.ShouldBeEmpty();
        var view = await ReadAsync(id);
        (view.State, view.Attempt).ShouldBe((JobState.Enqueued, 0));
    }

    [Fact]
    public async Task Worker_that_comes_back_before_anyone_reaped_goes_on()
    {
        await SubmitAsync();
        var worker = await WorkerAsync();
        var claim = (await ClaimAsync(worker))!;
        await ExpireAsync(worker);
        (await Registry.HeartbeatAsync(worker, Fine)).Current.ShouldBeTrue();
        (await Reaper.ReapAsync())!.Freed.ShouldBeEmpty();
        (await FinishAsync(claim)).ShouldBe(FinishResult.Published);
    }

    [Fact]
    public async Task Worker_that_comes_back_too_late_must_register_again()
    {
        await SubmitAsync();
        var description = new WorkerDescription(Guid.NewGuid(), "w", "here", 1, "cpu", ["sprout"]);
        var worker = await Registry.RegisterAsync(description);
        await ClaimAsync(worker);
        await ExpireAsync(worker);
        await Reaper.ReapAsync();
        (await Registry.HeartbeatAsync(worker, Fine)).Current.ShouldBeFalse();
        var again = await Registry.RegisterAsync(description);
        again.Epoch.ShouldBeGreaterThan(worker.Epoch);
        (await Registry.HeartbeatAsync(again, Fine)).Current.ShouldBeTrue();
        (await ClaimAsync(again))!.Attempt.ShouldBe(2);
    }

    [Fact]
    public async Task Job_of_a_worker_that_left_is_freed()
    {
        var id = await SubmitAsync();
        var worker = await WorkerAsync();
        await ClaimAsync(worker);
        await Registry.UnregisterAsync(worker.WorkerId);
        (await Reaper.ReapAsync())!.Freed.ShouldBe([id]);
    }

    [Fact]
    public async Task Only_one_process_reaps_at_a_time()
    {
        await using var other = await DataSource.OpenConnectionAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using var turn = new Npgsql.NpgsqlCommand(Sql.ReapTurn, other, transaction);
        ((bool)(await turn.ExecuteScalarAsync())!).ShouldBeTrue();
        (await Reaper.ReapAsync()).ShouldBeNull();
        await transaction.RollbackAsync();
        (await Reaper.ReapAsync()).ShouldNotBeNull();
    }

    [Fact]
    public async Task Process_that_freezes_while_it_reaps_loses_its_turn()
    {
        await using var frozen = await DataSource.OpenConnectionAsync();
        await using var transaction = await frozen.BeginTransactionAsync();
        await using var turn = new Npgsql.NpgsqlCommand(Sql.ReapTurn, frozen, transaction);
        await turn.ExecuteScalarAsync();
        (await Reaper.ReapAsync()).ShouldBeNull();
        await using var waiting = DataSource.CreateCommand("SELECT pg_advisory_xact_lock(hashtext('DiffusionHub.Queue.Reaper'))");
        await waiting.ExecuteNonQueryAsync();
        (await Reaper.ReapAsync()).ShouldNotBeNull();
    }

    [Fact]
    public async Task Workers_are_listed_with_what_they_do()
    {
        var id = await SubmitAsync();
        var busy = await WorkerAsync();
        var dead = await WorkerAsync("big");
        var claim = (await ClaimAsync(busy))!;
        await Progress.ReportAsync(claim, 2, 4, null);
        await Registry.HeartbeatAsync(busy, new WorkerCondition(["sprout"], 99, "no room"));
        await ExpireAsync(dead);
        var workers = (await Queue.ReadWorkersAsync()).ToDictionary(w => w.WorkerId);
        var view = workers[busy.WorkerId];
        (view.Alive, view.Running, view.CurrentJobId, view.Step, view.Steps, view.MemoryBytes, view.Problem).ShouldBe((true, 1, id, 2, 4, 99, "no room"));
        view.Resident.ShouldBe(["sprout"]);
        (workers[dead.WorkerId].Alive, workers[dead.WorkerId].CurrentJobId).ShouldBe((false, null));
    }

    [Fact]
    public async Task Workers_dead_for_an_hour_and_stale_progress_are_removed()
    {
        await WorkerAsync();
        await ExecuteAsync("UPDATE queue.worker SET lease_until = now() - interval '61 minutes'");
        await ExecuteAsync("INSERT INTO queue.progress (job_id, claim_token, seq, step, steps) VALUES (-1, 1, 1, 1, 1)");
        await Reaper.ReapAsync();
        (await Queue.ReadWorkersAsync()).ShouldBeEmpty();
        (await ScalarAsync<long>("SELECT count(*) FROM queue.progress")).ShouldBe(0);
    }
}

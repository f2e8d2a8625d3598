using DiffusionHub.Domain.Jobs;
using Npgsql;
using Shouldly;
using Xunit;

namespace DiffusionHub.Queue.Tests;

public sealed class EndingTests(QueueFixture fixture) : QueueTest(fixture)
{
    private const string Publish = "UPDATE queue.lane SET paused = true WHERE name = 'bulk'";

    [Fact]
    public async Task What_goes_with_a_finish_may_be_sent_again_on_another_connection()
    {
        var ids = await SubmitManyAsync(12);
        var worker = await WorkerAsync();
        NpgsqlBatchCommand[] also = [new("SELECT $1") { Parameters = { new() { Value = 1 } } }];
        var taken = new List<NpgsqlConnection>();
        foreach (var id in ids)
        {
            var claim = (await ClaimAsync(worker))!;
            for (var i = 0; id == ids[^1] && i < 10; i++)
            {
                // Every connection on which it was prepared by now, so that the last finish gets a new one.
                taken.Add(await DataSource.OpenConnectionAsync());
            }

            (await Queue.FinishAsync(claim, new JobResult(1), also)).ShouldBe(FinishResult.Published);
        }

        await Task.WhenAll(taken.Select(connection => connection.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task Finish_moves_the_job_to_its_outcome_and_publishes()
    {
        var id = await SubmitAsync();
        var claim = (await ClaimAsync(await WorkerAsync()))!;
        (await Queue.FinishAsync(claim, new JobResult(12.5), [new NpgsqlBatchCommand(Publish)])).ShouldBe(FinishResult.Published);
        var view = await ReadAsync(id);
        (view.State, view.DeviceMilliseconds, view.Attempt, view.Worker).ShouldBe((JobState.Succeeded, 12.5, 1, "w"));
        view.FinishedAt.ShouldNotBeNull();
        (await PublishedAsync()).ShouldBeTrue();
        (await ScalarAsync<long>("SELECT count(*) FROM queue.job")).ShouldBe(0);
    }

    [Fact]
    public async Task Fenced_finish_publishes_nothing()
    {
        var id = await SubmitAsync();
        var frozen = await WorkerAsync();
        var old = (await ClaimAsync(frozen))!;
        await ExpireAsync(frozen);
        await Reaper.ReapAsync();
        (await Queue.FinishAsync(old, new JobResult(1), [new NpgsqlBatchCommand(Publish)])).ShouldBe(FinishResult.Fenced);
        (await PublishedAsync()).ShouldBeFalse();

        var claim = (await ClaimAsync(await WorkerAsync()))!;
        (await Queue.FinishAsync(old, new JobResult(1), [new NpgsqlBatchCommand(Publish)])).ShouldBe(FinishResult.Fenced);
        (await Queue.FailAsync(old, "late", retry: true)).ShouldBe(FailResult.Fenced);
        (await Queue.ReleaseAsync(old)).ShouldBeFalse();
        (await StateAsync(id)).ShouldBe(JobState.Processing);
        (await PublishedAsync()).ShouldBeFalse();
        (await FinishAsync(claim)).ShouldBe(FinishResult.Published);
    }

    [Fact]
    public async Task Finish_of_a_worker_with_a_new_epoch_is_fenced()
    {
        await SubmitAsync();
        var description = new WorkerDescription(Guid.NewGuid(), "w", "here", 1, "cpu", ["sprout"]);
        var claim = (await ClaimAsync(await Registry.RegisterAsync(description)))!;
        await Registry.RegisterAsync(description);
        (await FinishAsync(claim)).ShouldBe(FinishResult.Fenced);
    }

    [Fact]
    public async Task Finish_asked_again_after_a_lost_answer_says_published()
    {
        await SubmitAsync();
        var claim = (await ClaimAsync(await WorkerAsync()))!;
        (await FinishAsync(claim)).ShouldBe(FinishResult.Published);
        (await FinishAsync(claim)).ShouldBe(FinishResult.Published);
        (await ScalarAsync<long>("SELECT count(*) FROM queue.outcome")).ShouldBe(1);
    }

    [Fact]
    public async Task Failing_statement_of_the_caller_rolls_the_finish_back()
    {
        var id = await SubmitAsync();
        var claim = (await ClaimAsync(await WorkerAsync()))!;
        await Should.ThrowAsync<PostgresException>(() => Queue.FinishAsync(claim, new JobResult(1), [new NpgsqlBatchCommand("SELECT 1 / 0")]));
        (await StateAsync(id)).ShouldBe(JobState.Processing);
        (await FinishAsync(claim)).ShouldBe(FinishResult.Published);
    }

    [Fact]
    public async Task Lost_connection_in_a_finish_writes_nothing_and_it_can_be_asked_again()
    {
        var id = await SubmitAsync();
        var claim = (await ClaimAsync(await WorkerAsync()))!;
        var crash = new NpgsqlBatchCommand("SELECT pg_terminate_backend(pg_backend_pid())");
        var lost = await Should.ThrowAsync<QueueUnavailableException>(() => Queue.FinishAsync(claim, new JobResult(1), [crash]));
        lost.Message.ShouldStartWith("The database cannot be reached");
        (await StateAsync(id)).ShouldBe(JobState.Processing);
        (await FinishAsync(claim)).ShouldBe(FinishResult.Published);
    }

    [Theory]
    [InlineData("25P03")]
    [InlineData(PostgresErrorCodes.DeadlockDetected)]
    [InlineData(PostgresErrorCodes.SerializationFailure)]
    public async Task Finish_that_the_server_rolled_back_is_repeated(string sqlState)
    {
        var id = await SubmitAsync();
        var claim = (await ClaimAsync(await WorkerAsync()))!;
        // A sequence is not rolled back: only the first try fails.
        await AsOwnerAsync("DROP SEQUENCE IF EXISTS queue.tries; CREATE SEQUENCE queue.tries");
        var once = new NpgsqlBatchCommand($"DO $$ BEGIN IF nextval('queue.tries') = 1 THEN RAISE EXCEPTION SQLSTATE '{sqlState}'; END IF; END $$");
        (await Queue.FinishAsync(claim, new JobResult(1), [once, new NpgsqlBatchCommand(Publish)])).ShouldBe(FinishResult.Published);
        (await StateAsync(id)).ShouldBe(JobState.Succeeded);
        (await PublishedAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task Failed_attempt_waits_and_the_last_one_keeps_every_error()
    {
        var id = await SubmitAsync();
        var worker = await WorkerAsync();
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var claim = (await ClaimAsync(worker))!;
            claim.Attempt.ShouldBe(attempt);
            (await Queue.FailAsync(claim, $"broken \0{attempt}", retry: true)).ShouldBe(attempt < 3 ? FailResult.Scheduled : FailResult.Failed);
            if (attempt < 3)
            {
                var waiting = await ReadAsync(id);
                (waiting.State, waiting.Error).ShouldBe((JobState.Scheduled, $"broken  {attempt}"));
                (await ClaimAsync(worker)).ShouldBeNull();
                await ExecuteAsync("UPDATE queue.job SET run_after = now()");
                (await Reaper.ReapAsync())!.Promoted.ShouldBe([id]);
            }
        }

        var view = await ReadAsync(id);
        (view.State, view.Error).ShouldBe((JobState.Failed, "broken  3"));
        view.Errors.Select(e => (e.Attempt, e.Worker, e.Error)).ShouldBe([(1, "w", "broken  1"), (2, "w", "broken  2"), (3, "w", "broken  3")]);
    }

    [Fact]
    public async Task Failure_that_no_retry_would_help_ends_at_once()
    {
        var id = await SubmitAsync();
        (await Queue.FailAsync((await ClaimAsync(await WorkerAsync()))!, "no JSON", retry: false)).ShouldBe(FailResult.Failed);
        (await ReadAsync(id)).Errors.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Released_job_keeps_its_place_and_its_attempts()
    {
        var ids = await SubmitManyAsync(2);
        var worker = await WorkerAsync();
        (await Queue.ReleaseAsync((await ClaimAsync(worker))!)).ShouldBeTrue();
        var view = await ReadAsync(ids[0]);
        (view.State, view.Position, view.Attempt, view.ClaimedAt).ShouldBe((JobState.Enqueued, 1, 0, null));
        (await ClaimAsync(worker))!.JobId.ShouldBe(ids[0]);
    }

    private Task<bool> PublishedAsync() => ScalarAsync<bool>("SELECT paused FROM queue.lane WHERE name = 'bulk'");
}

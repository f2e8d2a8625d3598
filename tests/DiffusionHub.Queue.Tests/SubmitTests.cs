using DiffusionHub.Domain.Jobs;
using Npgsql;
using Shouldly;
using Xunit;

namespace DiffusionHub.Queue.Tests;

public sealed class SubmitTests(QueueFixture fixture) : QueueTest(fixture)
{
    [Fact]
    public async Task Ids_come_back_in_the_order_given()
    {
        var payloads = Enumerable.Range(0, 50).Select(i => $"{{\"n\": {i}}}").ToArray();
        var ids = await Queue.SubmitAsync([.. payloads.Select(p => Job(p))]);
        var views = await Queue.ReadJobsAsync(ids.ToArray());
        views.Select(v => v.JobId).ShouldBe(ids);
        views.Select(v => v.Payload).ShouldBe(payloads);
        views.Select(v => v.Position).ShouldBe(Enumerable.Range(1, 50).Select(i => (int?)i));
    }

    [Fact]
    public async Task Unknown_lane_is_refused_and_nothing_is_queued()
    {
        var refusal = await Should.ThrowAsync<QueueRefusedException>(() => Queue.SubmitAsync([Job(), Job(lane: "express")]));
        refusal.Message.ShouldContain("express");
        (await ScalarAsync<long>("SELECT count(*) FROM queue.job")).ShouldBe(0);
    }

    [Theory]
    [InlineData(JobQueue.PayloadBytes)] // "x": two quotes too many
    [InlineData((JobQueue.PayloadBytes / 2) - 1)] // two bytes a character
    public async Task Payload_beyond_the_limit_is_refused(int characters)
    {
        var letter = characters > JobQueue.PayloadBytes / 2 ? 'x' : 'é';
        var exact = $"\"{new string(letter, characters)}\"";
        if (System.Text.Encoding.UTF8.GetByteCount(exact) <= JobQueue.PayloadBytes)
        {
            (await SubmitAsync(Job(exact))).ShouldBeGreaterThan(0);
            exact = $"\"{new string(letter, characters + 1)}\"";
        }

        (await Should.ThrowAsync<QueueRefusedException>(() => Queue.SubmitAsync([Job(exact)]))).Message.ShouldContain("262");
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("\"\\u0000\"")]
    public async Task Payload_that_is_no_storable_json_is_refused(string payload) =>
        await Should.ThrowAsync<QueueRefusedException>(() => Queue.SubmitAsync([Job(payload)]));

    [Fact]
    public async Task Failing_statement_of_the_caller_rolls_the_jobs_back()
    {
        await Should.ThrowAsync<PostgresException>(() => Queue.SubmitAsync([Job()], [new NpgsqlBatchCommand("SELECT 1 / 0")]));
        (await ScalarAsync<long>("SELECT count(*) FROM queue.job")).ShouldBe(0);
    }

    [Fact]
    public async Task Statement_of_the_caller_is_committed_with_the_jobs()
    {
        await Queue.SubmitAsync([Job()], [new NpgsqlBatchCommand("UPDATE queue.lane SET paused = true WHERE name = 'bulk'")]);
        (await Queue.CountsAsync()).Single(l => l.Lane == "bulk").Paused.ShouldBeTrue();
        (await Queue.CountsAsync()).Single(l => l.Lane == "interactive").Enqueued.ShouldBe(1);
    }

    [Theory]
    [InlineData("state = 'Processing'")]
    [InlineData("state = 'Scheduled'")]
    [InlineData("state = 'Done'")]
    [InlineData("run_after = now()")]
    [InlineData("claim_token = 1")]
    [InlineData("cancel_requested = true")]
    [InlineData("attempt = 4")]
    [InlineData("attempt = -1")]
    public async Task Database_refuses_states_that_make_no_sense(string change)
    {
        await SubmitAsync();
        (await Should.ThrowAsync<PostgresException>(() => ExecuteAsync($"UPDATE queue.job SET {change}")))
            .SqlState.ShouldBe(PostgresErrorCodes.CheckViolation);
    }

    [Fact]
    public async Task Retry_makes_a_new_job_of_the_same_group()
    {
        var id = await SubmitAsync(Job("""{"prompt": "fig"}""", lane: "normal", owner: Bob));
        await Queue.CancelAsync(id, Bob);
        var again = (await Queue.RetryAsync(id)).ShouldNotBeNull();
        var (old, fresh) = (await ReadAsync(id), await ReadAsync(again));
        fresh.State.ShouldBe(JobState.Enqueued);
        (fresh.Payload, fresh.Lane, fresh.OwnerId, fresh.GroupId, fresh.Model)
            .ShouldBe((old.Payload, old.Lane, old.OwnerId, old.GroupId, old.Model));
        old.State.ShouldBe(JobState.Deleted);
    }

    [Fact]
    public async Task Live_and_succeeded_jobs_are_not_retried()
    {
        var id = await SubmitAsync();
        (await Queue.RetryAsync(id)).ShouldBeNull();
        await FinishAsync((await ClaimAsync(await WorkerAsync()))!);
        (await Queue.RetryAsync(id)).ShouldBeNull();
    }
}

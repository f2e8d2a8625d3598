using Npgsql;
using Shouldly;
using Xunit;

namespace DiffusionHub.Queue.Tests;

public sealed class HousekeepingTests(QueueFixture fixture) : QueueTest(fixture)
{
    private static readonly DateTimeOffset Noon = new(2024, 3, 5, 12, 0, 0, TimeSpan.Zero);

    // Pages and batches of two rows: every loop goes round more than once.
    private Housekeeping House => new(DataSource) { Batch = 2 };

    [Fact]
    public async Task Outcomes_go_once_they_are_rolled_up_and_older_than_the_limit()
    {
        await OutcomesAsync(Noon.AddMinutes(-1), 5);
        var kept = await OutcomesAsync(Noon, 3);
        (await House.DeleteOutcomesAsync(Noon)).ShouldBe(0);
        await RollUpAsync(Noon.AddHours(1));
        (await House.DeleteOutcomesAsync(Noon)).ShouldBe(5);
        (await Queue.ListAsync(new JobFilter())).Select(j => j.JobId).ShouldBe(kept.Reverse());
        (await House.DeleteOutcomesAsync(Noon)).ShouldBe(0);
    }

    [Fact]
    public async Task Gallery_keeps_the_pictures_whose_outcomes_go()
    {
        var id = (await OutcomesAsync(Noon, 1))[0];
        await ExecuteAsync($$"""INSERT INTO hub.picture (id, owner_id, job_id, group_id, model, prompt, seed, width, height, request, blob_key, thumbnail_key, bytes, device_milliseconds) VALUES (gen_random_uuid(), (SELECT id FROM hub."user"), {{id}}, gen_random_uuid(), 'm', '', 1, 8, 8, '{}', 'a', 'b', 1, 1)""");
        await RollUpAsync(Noon.AddHours(1));
        (await House.DeleteOutcomesAsync(Noon.AddDays(1))).ShouldBe(1);
        (await ScalarAsync<long>("SELECT count(*) FROM hub.picture")).ShouldBe(1);
    }

    [Fact]
    public async Task Outcome_that_a_job_waits_for_stays()
    {
        var id = (await OutcomesAsync(Noon, 1))[0];
        var child = await SubmitAsync();
        await ExecuteAsync($"UPDATE queue.job SET state = 'Scheduled', after_job = {id} WHERE job_id = {child}");
        await RollUpAsync(Noon.AddHours(1));
        (await House.DeleteOutcomesAsync(Noon.AddDays(1))).ShouldBe(0);
    }

    [Fact]
    public async Task Counts_are_the_same_before_and_after_roll_up_and_retention()
    {
        await OutcomesAsync(Noon, 3, "Succeeded", "interactive");
        await OutcomesAsync(Noon.AddHours(2), 2, "Failed", "interactive");
        await OutcomesAsync(Noon.AddHours(2).AddMinutes(5), 4, "Deleted", "bulk");
        await SubmitAsync();
        await Queue.CancelAsync([await SubmitAsync()], null);
        var before = await Queue.CountsAsync();
        before.Sum(l => l.Succeeded).ShouldBe(3);
        before.Sum(l => l.Failed).ShouldBe(2);
        before.Sum(l => l.Deleted).ShouldBe(5);
        (await RollUpAsync(Noon.AddHours(2).AddMinutes(59))).ShouldBe(3);
        (await Queue.CountsAsync()).ShouldBe(before);
        (await RollUpAsync(Noon.AddHours(3))).ShouldBe(6);
        (await Queue.CountsAsync()).ShouldBe(before);
        (await House.DeleteOutcomesAsync(Noon.AddDays(1))).ShouldBe(9);
        (await Queue.CountsAsync()).ShouldBe(before);
        (await RollUpAsync(Noon.AddHours(3))).ShouldBe(0);
        (await Queue.CountsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Statistics_of_an_hour_say_how_many_how_long_and_how_late()
    {
        await ExecuteAsync($"""
            INSERT INTO queue.outcome (job_id, lane, owner_id, group_id, model, batch_key, payload, state, attempts, device_ms, enqueued_at, ready_at, claimed_at, finished_at)
            SELECT nextval('queue.job_job_id_seq'), 'normal', '{Ada}', '{Ada}', 'sprout', 'k', '{Braces}', 'Succeeded', 1, 10 * n, t - interval '1 hour', t, t + n * interval '1 second', t + interval '10 min'
            FROM generate_series(0, 100) AS n, (SELECT '{Noon:O}'::timestamptz AS t) AS at
            """);
        (await RollUpAsync(Noon.AddHours(1))).ShouldBe(101);
        (await ScalarAsync<string>("SELECT format('%s %s %s %s %s %s %s', hour AT TIME ZONE 'UTC', lane, model, state, jobs, device_ms, wait_ms) FROM queue.statistic"))
            .ShouldBe("2024-03-05 12:00:00 normal sprout Succeeded 101 50500 5050000");
        (await ScalarAsync<double>("SELECT wait_p50 FROM queue.statistic")).ShouldBe(50_000);
        (await ScalarAsync<double>("SELECT wait_p99 FROM queue.statistic")).ShouldBe(99_000);
    }

    [Fact]
    public async Task Two_nodes_sum_an_hour_once()
    {
        await OutcomesAsync(Noon, 7);
        var sums = await Task.WhenAll(RollUpAsync(Noon.AddHours(1)), RollUpAsync(Noon.AddHours(1)), RollUpAsync(Noon.AddHours(1)));
        sums.Sum().ShouldBe(7);
        (await ScalarAsync<long>("SELECT jobs FROM queue.ended")).ShouldBe(7);
    }

    [Fact]
    public async Task Hour_in_which_a_transaction_still_runs_is_left_alone()
    {
        await OutcomesAsync(Noon, 1);
        await using var open = await DataSource.OpenConnectionAsync();
        await using var transaction = await open.BeginTransactionAsync();
        await using (var begin = new NpgsqlCommand("SELECT 1", open, transaction))
        {
            await begin.ExecuteScalarAsync();
        }

        // As if the hour had ended just now: after this transaction began.
        var end = new DateTimeOffset(await ScalarAsync<DateTime>("SELECT clock_timestamp()"));
        var house = new Housekeeping(DataSource) { Margin = end - Noon.AddHours(1) };
        (await house.RollUpAsync(Noon.AddHours(1))).ShouldBe(0);
        await transaction.CommitAsync();
        (await house.RollUpAsync(Noon.AddHours(1))).ShouldBe(1);
    }

    [Fact]
    public async Task Hour_that_is_not_over_is_left_alone()
    {
        await OutcomesAsync(Noon, 1);
        (await RollUpAsync(Noon.AddHours(1).AddTicks(-10))).ShouldBe(0);
        await ExecuteAsync("UPDATE queue.outcome SET finished_at = now()");
        (await RollUpAsync(DateTimeOffset.UtcNow.AddDays(1))).ShouldBe(0);
    }

    [Fact]
    public async Task Events_go_that_every_cursor_has_passed()
    {
        await SubmitManyAsync(5);
        var events = await EventsAsync(EventCursor.Start, 5);
        await ExecuteAsync($"UPDATE queue.event SET at = '{Noon:O}'");
        var log = new EventLog(DataSource);
        await log.SaveAsync("fast", events[4].Cursor);
        await log.SaveAsync("slow", events[2].Cursor);
        (await House.DeleteEventsAsync(Noon)).ShouldBe(0);
        await GoneAsync(Noon.AddTicks(10), 3);
        (await log.ReadAsync(events[2].Cursor, 10)).Select(e => e.JobId).ShouldBe([events[3].JobId, events[4].JobId]);
        await log.SaveAsync("slow", events[4].Cursor);
        await GoneAsync(Noon.AddTicks(10), 2);
    }

    [Fact]
    public async Task Event_that_readers_cannot_see_yet_stays()
    {
        await using var open = await DataSource.OpenConnectionAsync();
        await using var transaction = await open.BeginTransactionAsync();
        await using (var write = new NpgsqlCommand("SELECT pg_current_xact_id()::text", open, transaction))
        {
            await write.ExecuteScalarAsync();
        }

        await SubmitAsync();
        await ExecuteAsync($"UPDATE queue.event SET at = '{Noon:O}'");
        (await House.DeleteEventsAsync(DateTimeOffset.UtcNow)).ShouldBe(0);
        await transaction.CommitAsync();
        await GoneAsync(DateTimeOffset.UtcNow, 1);
    }

    [Fact]
    public async Task Idempotency_keys_go_once_their_jobs_have_ended()
    {
        var ids = await Queue.SubmitAsync([Job() with { IdempotencyKey = "live" }, Job() with { IdempotencyKey = "old" }, Job() with { IdempotencyKey = "young" }]);
        await Queue.CancelAsync([ids[1], ids[2]], null);
        await ExecuteAsync($"UPDATE queue.request_key SET created_at = '{Noon:O}' WHERE key <> 'young'");
        (await House.DeleteKeysAsync(Noon)).ShouldBe(0);
        (await House.DeleteKeysAsync(Noon.AddTicks(10))).ShouldBe(1);
        (await ScalarAsync<string>("SELECT string_agg(key, ' ' ORDER BY key) FROM queue.request_key")).ShouldBe("live young");
    }

    [Fact]
    public async Task Progress_goes_that_no_running_claim_owns()
    {
        await SubmitAsync();
        var claim = (await ClaimAsync(await WorkerAsync()))!;
        await ExecuteAsync($"INSERT INTO queue.progress (job_id, claim_token, seq, step, steps, updated_at) SELECT j, t, 1, 1, 1, '{Noon:O}' FROM (VALUES ({claim.JobId}, {claim.ClaimToken}), (-1, 5), (-2, {claim.ClaimToken})) AS v (j, t)");
        (await House.DeleteProgressAsync(Noon)).ShouldBe(0);
        (await House.DeleteProgressAsync(Noon.AddTicks(10))).ShouldBe(2);
        (await ScalarAsync<long>("SELECT job_id FROM queue.progress")).ShouldBe(claim.JobId);
    }

    [Fact]
    public async Task Uploads_are_found_in_waiting_jobs_and_in_outcomes()
    {
        string[] uploads = [.. Enumerable.Range(0, 6).Select(i => "upload:" + new string((char)('a' + i), 64))];
        var ids = await Queue.SubmitAsync([.. uploads.Select(u => Job($$"""{"init": "{{u}}"}"""))]);
        await Queue.CancelAsync([.. ids.Take(3)], null);
        var found = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var page in House.FindUploadsAsync())
        {
            found.UnionWith(page);
        }

        found.Order(StringComparer.Ordinal).ShouldBe(uploads);
    }

    [Fact]
    public async Task Live_jobs_are_told_from_ended_ones()
    {
        var ids = await SubmitManyAsync(3);
        await Queue.CancelAsync([ids[1]], null);
        (await House.FindLiveAsync([.. ids, -1])).Order().ShouldBe([ids[0], ids[2]]);
    }

    [Fact]
    public async Task Last_run_of_a_chore_is_kept()
    {
        var first = new ChoreRecord("a", Noon, TimeSpan.FromMilliseconds(12), 3, "No.", "n1");
        await House.SaveAsync(first);
        (await House.ReadAsync()).ShouldBe([first]);
        var second = new ChoreRecord("a", Noon.AddDays(1), TimeSpan.FromMilliseconds(13), 4, null, "n2");
        await House.SaveAsync(second);
        (await House.ReadAsync()).ShouldBe([second]);
    }

    private const string Braces = "{}";

    private Task<long> RollUpAsync(DateTimeOffset now) => House.RollUpAsync(now);

    /// <summary>Transactions of other tests in other databases hold the log back for a moment: asks until so many are gone.</summary>
    private async Task GoneAsync(DateTimeOffset before, long count)
    {
        var started = System.Diagnostics.Stopwatch.StartNew();
        var gone = 0L;
        while (gone < count && started.Elapsed < TimeSpan.FromSeconds(30))
        {
            gone += await House.DeleteEventsAsync(before);
        }

        gone.ShouldBe(count);
    }

    private async Task<IReadOnlyList<long>> OutcomesAsync(DateTimeOffset finishedAt, int count, string state = "Succeeded", string lane = "interactive")
    {
        var ids = new List<long>();
        for (var i = 0; i < count; i++)
        {
            ids.Add(await ScalarAsync<long>($"""
                INSERT INTO queue.outcome (job_id, lane, owner_id, group_id, model, batch_key, payload, state, error, attempts, enqueued_at, finished_at)
                VALUES (nextval('queue.job_job_id_seq'), '{lane}', '{Ada}', '{Ada}', 'sprout', 'k', '{Braces}', '{state}', {(state == "Failed" ? "'x'" : "NULL")}, 1, '{finishedAt:O}', '{finishedAt:O}') RETURNING job_id
                """));
        }

        return ids;
    }
}

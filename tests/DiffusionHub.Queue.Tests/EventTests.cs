using Npgsql;
using Shouldly;
using Xunit;

namespace DiffusionHub.Queue.Tests;

public sealed class EventTests(QueueFixture fixture) : QueueTest(fixture)
{
    [Fact]
    public async Task Cursor_skips_no_event_when_transactions_commit_out_of_order()
    {
        var log = new EventLog(DataSource);
        var cursor = await log.CursorAsync("hook");
        await using var slow = await DataSource.OpenConnectionAsync();
        await using var transaction = await slow.BeginTransactionAsync();
        await using (var early = new NpgsqlCommand("INSERT INTO queue.event (kind, job_id) VALUES ('Early', 1)", slow, transaction))
        {
            await early.ExecuteNonQueryAsync();
        }

        var id = await SubmitAsync();
        (await log.ReadAsync(cursor, 10)).ShouldBeEmpty();
        await transaction.CommitAsync();
        var events = await EventsAsync(cursor, 2);
        events.Select(e => (e.Kind, e.JobId)).ShouldBe([("Early", 1L), ("Enqueued", id)]);
        (await log.ReadAsync(events[0].Cursor, 10)).Single().JobId.ShouldBe(id);
        (await log.ReadAsync(events[1].Cursor, 10)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Readers_among_writers_see_every_event_once()
    {
        var log = new EventLog(DataSource);
        using var done = new CancellationTokenSource();
        var seen = new List<long>();
        var reading = Task.Run(async () =>
        {
            var cursor = EventCursor.Start;
            for (var last = false; !last;)
            {
                last = done.IsCancellationRequested;
                var events = await log.ReadAsync(cursor, 7);
                seen.AddRange(events.Select(e => e.JobId!.Value));
                cursor = events.Count > 0 ? events[^1].Cursor : cursor;
                last &= events.Count == 0 && seen.Count >= 200;
            }
        });
        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            var mine = new List<long>();
            for (var n = 0; n < 25; n++)
            {
                // The insert's transaction stays open for a while, longer for some.
                mine.AddRange(await Queue.SubmitAsync([Job(owner: Guid.NewGuid())], [new NpgsqlBatchCommand($"SELECT pg_sleep({i % 3 * 0.004})")]));
            }

            return mine;
        }));
        await done.CancelAsync();
        await reading;
        seen.Order().ShouldBe(ids.SelectMany(x => x).Order());
    }

    [Fact]
    public async Task Every_end_of_a_job_is_an_event()
    {
        var ids = await SubmitManyAsync(5);
        var worker = await WorkerAsync();
        await FinishAsync((await ClaimAsync(worker))!);
        await Queue.FailAsync((await ClaimAsync(worker))!, "x", retry: false);
        await Queue.FailAsync((await ClaimAsync(worker))!, "x", retry: true);
        await Queue.CancelAsync(ids[3], null);
        await ClaimAsync(worker);
        await ExpireAsync(worker);
        await Reaper.ReapAsync();
        (await EventsAsync(EventCursor.Start, 10)).Where(e => e.Kind != "Enqueued" && e.JobId is not null).Select(e => (e.Kind, e.JobId!.Value))
            .ShouldBe([("Succeeded", ids[0]), ("Failed", ids[1]), ("Scheduled", ids[2]), ("Deleted", ids[3]), ("Rescued", ids[4])]);
    }

    [Fact]
    public async Task Named_cursor_is_kept_and_never_goes_back()
    {
        var log = new EventLog(DataSource);
        await SubmitAsync();
        await EventsAsync(EventCursor.Start, 1);
        var end = await log.CursorAsync("hook");
        (await log.ReadAsync(end, 10)).ShouldBeEmpty();
        await SubmitManyAsync(3);
        var events = await EventsAsync(end, 3);
        await log.SaveAsync("hook", events[2].Cursor);
        await log.SaveAsync("hook", events[0].Cursor);
        (await log.CursorAsync("hook")).ShouldBe(events[2].Cursor);
    }

    [Fact]
    public async Task Transaction_that_stays_open_is_told_of()
    {
        await using var open = await DataSource.OpenConnectionAsync();
        await using var transaction = await open.BeginTransactionAsync();
        await using var write = new NpgsqlCommand("SELECT pg_current_xact_id()::text", open, transaction);
        await write.ExecuteScalarAsync();
        var health = await Queue.ReadHealthAsync();
        health.ServerProcess.ShouldBe(open.ProcessID);
        health.Stalled.ShouldBeFalse();
        (health with { OldestTransaction = QueueHealth.StalledAfter + TimeSpan.FromSeconds(1) }).Stalled.ShouldBeTrue();
    }
}

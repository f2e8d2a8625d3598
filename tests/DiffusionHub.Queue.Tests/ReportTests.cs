using Npgsql;
using Shouldly;
using Xunit;

namespace DiffusionHub.Queue.Tests;

public sealed class ReportTests(QueueFixture fixture) : QueueTest(fixture)
{
    [Fact]
    public async Task Rescued_jobs_are_counted_by_hour_and_day()
    {
        await SubmitManyAsync(2);
        var dead = await WorkerAsync();
        await ClaimAsync(dead);
        await ClaimAsync(dead);
        await ExpireAsync(dead);
        await Reaper.ReapAsync();
        (await Queue.ReadReportAsync()).Rescued.ShouldBe(new Recently(2, 2));
        await ExecuteAsync("UPDATE queue.event SET at = now() - interval '61 minutes' WHERE kind = 'Rescued'");
        (await Queue.ReadReportAsync()).Rescued.ShouldBe(new Recently(0, 2));
        await ExecuteAsync("UPDATE queue.event SET at = now() - interval '25 hours' WHERE kind = 'Rescued'");
        (await Queue.ReadReportAsync()).Rescued.ShouldBe(new Recently(0, 0));
    }

    [Fact]
    public async Task Refused_result_is_counted_once_though_it_is_told_twice()
    {
        await SubmitAsync();
        var claim = (await ClaimAsync(await WorkerAsync()))!;
        (await Queue.ReadReportAsync()).Fenced.ShouldBe(new Recently(0, 0));
        (await Queue.NoteFencedAsync(claim)).ShouldBeTrue();
        (await Queue.NoteFencedAsync(claim)).ShouldBeFalse();
        (await Queue.NoteFencedAsync(claim with { ClaimToken = claim.ClaimToken + 1 })).ShouldBeTrue();
        (await Queue.ReadReportAsync()).Fenced.ShouldBe(new Recently(2, 2));
        var told = (await EventsAsync(EventCursor.Start, 3))[1];
        (told.Kind, told.JobId, told.OwnerId, told.Detail).ShouldBe(("Fenced", claim.JobId, Ada, $"{claim.ClaimToken}"));
    }

    [Fact]
    public async Task Trouble_is_found_by_its_index_however_many_events_there_are()
    {
        await ExecuteAsync("INSERT INTO queue.event (kind) SELECT CASE WHEN n % 5000 = 0 THEN 'Rescued' ELSE 'Enqueued' END FROM generate_series(1, 20000) AS n");
        await AsOwnerAsync("ANALYZE queue.event");
        (await Queue.ReadReportAsync()).Rescued.Hour.ShouldBe(4);
        var plan = await RowsAsync("EXPLAIN SELECT kind, at FROM queue.event WHERE kind IN ('Rescued', 'Fenced') AND at > now() - interval '1 day'");
        plan.ShouldContain("event_trouble");
    }

    [Fact]
    public async Task Transaction_that_holds_cleanup_back_is_named_with_its_application()
    {
        await using var connection = await DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        await using (var look = new NpgsqlCommand("SET LOCAL application_name = 'a forgotten console'; SET LOCAL idle_in_transaction_session_timeout = 0; SELECT count(*) FROM queue.job", connection, transaction))
        {
            await look.ExecuteScalarAsync();
        }

        var snapshot = (await Queue.ReadReportAsync()).Snapshot.ShouldNotBeNull();
        (snapshot.Application, snapshot.ServerProcess, snapshot.State).ShouldBe(("a forgotten console", connection.ProcessID, "idle in transaction"));
        snapshot.Age.ShouldBeGreaterThan(TimeSpan.Zero);
        (snapshot with { Age = QueueHealth.StalledAfter }).Stalled.ShouldBeFalse();
        (snapshot with { Age = QueueHealth.StalledAfter + TimeSpan.FromSeconds(1) }).Stalled.ShouldBeTrue();
        await transaction.RollbackAsync();
        (await Queue.ReadReportAsync()).Snapshot?.Application.ShouldNotBe("a forgotten console");
    }

    [Fact]
    public async Task Waits_are_of_the_last_hour_and_each_lanes_own()
    {
        await Queue.SubmitAsync([.. Enumerable.Range(0, 101).Select(i => Job(batchKey: $"k{i}"))]);
        await SubmitAsync(Job(lane: "bulk"));
        var worker = await WorkerAsync();
        for (var claim = await ClaimAsync(worker); claim is not null; claim = await ClaimAsync(worker))
        {
            await FinishAsync(claim);
        }

        await ExecuteAsync("UPDATE queue.outcome o SET ready_at = claimed_at - (n.nth - 1) * interval '10 milliseconds' FROM (SELECT job_id, row_number() OVER (PARTITION BY lane ORDER BY job_id) AS nth FROM queue.outcome) AS n WHERE n.job_id = o.job_id; UPDATE queue.outcome SET finished_at = now() - interval '61 minutes' WHERE lane = 'bulk'");
        (await Queue.ReadReportAsync()).Waits.ShouldBe([
            new LaneWaits("interactive", 101, TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(990)),
            new LaneWaits("normal", 0, null, null), new LaneWaits("bulk", 0, null, null)]);
    }

    [Fact]
    public async Task Stranded_model_is_told_with_its_beginning()
    {
        var since = await ScalarAsync<DateTime>("INSERT INTO queue.stranded (model) VALUES ('oak') RETURNING since");
        (await Queue.ReadReportAsync()).Stranded.ShouldBe([new StrandedModel("oak", new DateTimeOffset(since))]);
    }

    private async Task<string> RowsAsync(string sql)
    {
        var lines = new List<string>();
        await using var command = DataSource.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(0));
        }

        return string.Join('\n', lines);
    }
}

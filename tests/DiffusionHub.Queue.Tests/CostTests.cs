using Shouldly;
using Xunit;

namespace DiffusionHub.Queue.Tests;

public sealed class CostTests(QueueFixture fixture) : QueueTest(fixture)
{
    private static readonly JobWork Small = new("generate", 500, 500, 4);

    [Fact]
    public async Task Cost_is_learnt_of_the_same_work_and_guessed_from_the_models_speed_for_other_work()
    {
        await RunAsync(Small, 200);
        (await EstimateAsync(Small)).ShouldBe(200);
        // 200 ms for 0.25 megapixels in 4 steps: 200 ms a megapixel-step.
        (await EstimateAsync(new JobWork("generate", 1000, 1000, 10))).ShouldBe(2000);
        (await EstimateAsync(JobWork.Unknown)).ShouldBe(1000);
        (await EstimateAsync(Small, model: "big")).ShouldBe(1000);
    }

    [Fact]
    public async Task Newer_jobs_weigh_more()
    {
        await RunAsync(Small, 100);
        await RunAsync(Small, 200);
        (await EstimateAsync(Small)).ShouldBe(120, tolerance: 1e-6);
        for (var i = 0; i < 20; i++)
        {
            await RunAsync(Small, 300);
        }

        (await EstimateAsync(Small)).ShouldBeInRange(297, 300);
    }

    [Fact]
    public async Task Eta_is_the_work_before_by_the_workers_that_can_do_it_and_its_error_is_kept()
    {
        var ids = await Queue.SubmitAsync([.. Enumerable.Range(0, 80).Select(_ => Job() with { CostMilliseconds = 100 })]);
        await SubmitAsync(Job(model: "big", owner: Bob) with { CostMilliseconds = 5000 });
        (await Queue.ReadEtasAsync([ids[3]])).ShouldBeEmpty();
        await WorkerAsync("big");
        await WorkerAsync();
        var worker = await WorkerAsync();
        var etas = await Queue.ReadEtasAsync([ids[0], ids[3], ids[70], 999]);
        etas.ShouldBe(new Dictionary<long, TimeSpan>
        {
            [ids[0]] = TimeSpan.Zero, [ids[3]] = TimeSpan.FromMilliseconds(150), [ids[70]] = TimeSpan.FromMilliseconds(3500),
        }, ignoreOrder: true);

        (await Queue.ReadEtaErrorAsync(TimeSpan.FromHours(1))).ShouldBeNull();
        await FinishAsync((await ClaimAsync(worker))!);
        var error = (await Queue.ReadEtaErrorAsync(TimeSpan.FromHours(1))).ShouldNotBeNull();
        error.Jobs.ShouldBe(1);
        error.MedianError.ShouldBeInRange(0, 60_000);
    }

    [Fact]
    public async Task Jobs_without_a_place_are_summed_up_once_whatever_models_are_asked_for()
    {
        // 64 of each model have a place; the others follow them in the order of their numbers.
        var ids = await Queue.SubmitAsync([.. Enumerable.Range(0, 160).Select(i => Job(model: i % 2 == 0 ? "sprout" : "big") with { CostMilliseconds = 100 })]);
        await WorkerAsync("sprout", "big");
        var etas = await Queue.ReadEtasAsync([ids[150], ids[151]]);
        etas.ShouldBe(new Dictionary<long, TimeSpan> { [ids[150]] = TimeSpan.FromSeconds(15), [ids[151]] = TimeSpan.FromSeconds(15.1) }, ignoreOrder: true);
    }

    [Fact]
    public async Task Nothing_is_foretold_nor_kept_while_the_running_limit_holds_a_job()
    {
        await Queue.SetShareAsync(Ada, new Share(RunningLimit: 1));
        var ids = await SubmitManyAsync(2);
        var claim = (await ClaimAsync(await WorkerAsync()))!;
        var waiting = ids.Single(id => id != claim.JobId);
        (await Queue.ReadEtasAsync([waiting])).ShouldBeEmpty();
        (await ScalarAsync<long>("SELECT count(eta_at) FROM queue.job")).ShouldBe(0);
        await FinishAsync(claim);
        (await Queue.ReadEtasAsync([waiting])).ShouldBe(new Dictionary<long, TimeSpan> { [waiting] = TimeSpan.Zero });
        (await ScalarAsync<long>("SELECT count(eta_at) FROM queue.job")).ShouldBe(1);
    }

    [Fact]
    public async Task Job_for_later_is_told_when_it_joins_the_line_and_one_that_waits_for_another_is_not()
    {
        await WorkerAsync();
        var later = await SubmitAsync(Job() with { NotBefore = DateTimeOffset.UtcNow.AddMinutes(10) });
        await ExecuteAsync($"UPDATE queue.job SET run_after = now() + interval '10 minutes' WHERE job_id = {later}");
        var first = await SubmitAsync();
        var second = await SubmitAsync(Job() with { AfterJob = first });
        var etas = await Queue.ReadEtasAsync([later, second]);
        etas.ShouldHaveSingleItem().Key.ShouldBe(later);
        etas[later].ShouldBeInRange(TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
        (await ScalarAsync<long>("SELECT count(eta_at) FROM queue.job")).ShouldBe(0);
    }

    [Fact]
    public async Task Places_beyond_the_placed_jobs_follow_them()
    {
        var ids = await Queue.SubmitAsync([.. Enumerable.Range(0, 100).Select(_ => Job())]);
        (await ReadAsync(ids[99])).Position.ShouldBe(100);
        (await Queue.ReadJobsAsync(ids.ToArray())).Select(v => v.Position).ShouldBe(Enumerable.Range(1, 100).Select(i => (int?)i));
    }

    [Fact]
    public async Task Job_whose_result_was_there_already_teaches_no_cost_and_gives_its_owner_the_charge_back()
    {
        var work = new JobWork("text-to-image", 512, 512, 4);
        await RunAsync(work, 800);
        var account = await ScalarAsync<double>("SELECT sum(charged)::double precision FROM queue.flow");
        await RunAsync(work, 0);
        (await ScalarAsync<double>("SELECT sum(charged)::double precision FROM queue.flow")).ShouldBe(account, 1e-3);
        (await ScalarAsync<long>("SELECT sum(samples)::bigint FROM queue.cost")).ShouldBe(1);
        (await ScalarAsync<long>("SELECT sum(samples)::bigint FROM queue.speed")).ShouldBe(1);
        (await EstimateAsync(work)).ShouldBe(800, 1e-6);
    }

    // Submissions of several persons take accounts in order; who takes them in another would meet one of these in a circle.
    [Fact]
    public async Task Accounts_are_folded_in_the_order_in_which_submissions_take_them()
    {
        // PostgreSQL orders them as their digits stand.
        Guid[] owners = [.. Enumerable.Range(1, 12).Select(i => Guid.Parse($"{i:x8}-0000-7000-8000-000000000000"))];
        await Queue.SubmitAsync([.. owners.Reverse().Select(owner => Job(owner: owner))]);
        var claims = await Queue.ClaimAsync(await WorkerAsync(), owners.Length);
        await Queue.FinishAsync([.. claims.Select(c => new FinishedJob(c, new JobResult(1)))]);
        await using var other = await DataSource.OpenConnectionAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await LockAsync(owners[0]);
        // Plans that come upon the accounts in their order by chance would hide a statement that does not ask for it.
        var settings = new Npgsql.NpgsqlConnectionStringBuilder(ConnectionString) { Options = "-c enable_mergejoin=off -c enable_sort=off -c enable_hashjoin=off" };
        await using var unsorted = QueueDatabase.Open(settings.ConnectionString, "tests");
        var folding = new Reaper(unsorted, Queue.Notifier).ReapAsync();
        while (!await ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database()))"))
        {
        }

        // It waits for the first account, and holds none behind it.
        foreach (var owner in owners)
        {
            await LockAsync(owner);
        }

        await transaction.RollbackAsync();
        (await folding).ShouldNotBeNull();
        (await ScalarAsync<long>("SELECT sum(live)::bigint FROM queue.flow")).ShouldBe(0);

        async Task LockAsync(Guid owner)
        {
            await using var command = new Npgsql.NpgsqlCommand("SELECT owner_id FROM queue.flow WHERE owner_id = $1 FOR UPDATE NOWAIT", other, transaction) { Parameters = { new() { Value = owner } } };
            (await command.ExecuteScalarAsync()).ShouldBe(owner);
        }
    }

    private async Task RunAsync(JobWork work, double milliseconds)
    {
        await SubmitAsync(Job() with { Work = work });
        var worker = await WorkerAsync();
        await Queue.FinishAsync((await ClaimAsync(worker))!, new JobResult(milliseconds));
        await Reaper.ReapAsync();
    }

    private async Task<double> EstimateAsync(JobWork work, string model = "sprout")
    {
        var id = await SubmitAsync(Job(model: model) with { Work = work });
        var cost = (await ReadAsync(id)).EstimatedMilliseconds;
        await Queue.CancelAsync(id, null);
        return cost;
    }
}

using DiffusionHub.Domain.Jobs;
using Shouldly;
using Xunit;

namespace DiffusionHub.Queue.Tests;

public sealed class MatchingTests(QueueFixture fixture) : QueueTest(fixture)
{
    [Fact]
    public async Task Failed_jobs_are_retried_once_however_often_it_is_asked()
    {
        var failed = await FailAsync(3);
        (await Queue.CountAsync(new RetryFilter())).Jobs.ShouldBe(3);
        (await Queue.RetryAsync(new RetryFilter())).ShouldBe(new RetryResult(3, 0, null));
        (await Queue.CountAsync(new RetryFilter())).Jobs.ShouldBe(0);
        (await Queue.RetryAsync(new RetryFilter())).ShouldBe(new RetryResult(0, 0, null));
        var live = await Queue.ListAsync(new JobFilter(JobState.Enqueued));
        live.Select(j => (j.GroupId, j.Payload)).ShouldBe((await Queue.ReadJobsAsync([.. failed.Reverse()])).Select(j => (j.GroupId, j.Payload)));
        (await StateAsync(failed[0])).ShouldBe(JobState.Failed);
    }

    [Fact]
    public async Task Two_who_retry_at_the_same_time_make_one_job_of_each()
    {
        await FailAsync(40);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Queue.RetryAsync(new RetryFilter())));
        (await ScalarAsync<long>("SELECT count(*) FROM queue.job")).ShouldBe(40);
    }

    [Fact]
    public async Task More_than_one_page_is_retried_and_work_keeps_its_cost()
    {
        await Queue.SubmitAsync([.. Enumerable.Range(0, 1203).Select(_ => Job() with { Work = new JobWork("generate", 8, 16, 4) })]);
        await Queue.CancelAsync(new CancelFilter());
        (await Queue.RetryAsync(new RetryFilter(JobState.Deleted))).Queued.ShouldBe(1203);
        (await ScalarAsync<long>("SELECT count(*) FROM queue.job WHERE (task, width, height, steps) = ('generate', 8, 16, 4)")).ShouldBe(1203);
    }

    [Fact]
    public async Task Retry_that_fails_again_is_not_retried_by_the_same_action_but_by_the_next()
    {
        await FailAsync(1);
        var at = (await Queue.CountAsync(new RetryFilter())).At;
        await Queue.RetryAsync(new RetryFilter(Before: at));
        await FailNextAsync();
        (await Queue.RetryAsync(new RetryFilter(Before: at))).Queued.ShouldBe(0);
        (await Queue.RetryAsync(new RetryFilter())).Queued.ShouldBe(1);
    }

    [Fact]
    public async Task Only_what_matches_is_retried()
    {
        await FailAsync(1, Job());
        await FailAsync(1, Job(owner: Bob));
        await FailAsync(1, Job(lane: "bulk"));
        await FailAsync(1, Job(model: "oak"), "oak");
        await Queue.CancelAsync(await SubmitAsync(), null);
        foreach (var (filter, jobs) in new (RetryFilter, int)[]
        {
            (new(OwnerId: Bob), 1), (new(Lane: "bulk"), 1), (new(Model: "oak"), 1), (new(JobState.Deleted), 1), (new(JobState.Succeeded), 0),
            (new(Lane: "bulk", OwnerId: Bob), 0), (new(Before: DateTimeOffset.UnixEpoch), 0), (new(), 4),
        })
        {
            (await Queue.CountAsync(filter)).Jobs.ShouldBe(jobs, filter.ToString());
        }

        (await Queue.RetryAsync(new RetryFilter(Lane: "bulk"))).Queued.ShouldBe(1);
        (await Queue.ListAsync(new JobFilter(JobState.Enqueued))).Single().Lane.ShouldBe("bulk");
        (await Queue.ListAsync(new JobFilter(Lane: "bulk"))).Select(j => j.State).ShouldBe([JobState.Enqueued, JobState.Failed]);
    }

    [Fact]
    public async Task Refused_person_does_not_stop_the_others_and_is_retried_later()
    {
        await FailAsync(2, Job());
        await FailAsync(1, Job(owner: Bob));
        await Queue.SetShareAsync(Ada, new Share(QueuedLimit: 1));
        var result = await Queue.RetryAsync(new RetryFilter());
        (result.Queued, result.Refused).ShouldBe((1, 2));
        result.Reason!.ShouldContain("as many jobs waiting as you may: 1");
        await Queue.RemoveShareAsync(Ada);
        (await Queue.RetryAsync(new RetryFilter())).Queued.ShouldBe(2);
    }

    [Fact]
    public async Task What_is_counted_is_what_is_cancelled_and_later_jobs_are_left_alone()
    {
        await Queue.SubmitAsync([Job(), Job(lane: "bulk"), Job(lane: "bulk", owner: Bob)]);
        await ClaimAsync(await WorkerAsync());
        (await Queue.CountAsync(new CancelFilter(Lane: "bulk"))).Jobs.ShouldBe(2);
        (await Queue.CountAsync(new CancelFilter(State: JobState.Processing))).Jobs.ShouldBe(1);
        (await Queue.CountAsync(new CancelFilter(OwnerId: Bob, State: JobState.Processing))).Jobs.ShouldBe(0);
        (await Queue.CountAsync(new CancelFilter(Model: "oak"))).Jobs.ShouldBe(0);
        var counted = await Queue.CountAsync(new CancelFilter());
        counted.Jobs.ShouldBe(3);
        var late = await SubmitAsync();
        (await Queue.CancelAsync(new CancelFilter(Before: counted.At))).ShouldBe(3);
        (await StateAsync(late)).ShouldBe(JobState.Enqueued);
    }

    [Fact]
    public async Task Many_are_cancelled_a_page_at_a_time_and_their_places_paid_back()
    {
        await using var small = new JobQueue(DataSource) { CancelsAtOnce = 7 };
        await Queue.SubmitAsync([.. Enumerable.Range(0, 50).Select(i => Job(owner: i % 2 == 0 ? Ada : Bob, batchKey: $"k{i}") with { CostMilliseconds = 10 })]);
        (await small.CancelAsync(new CancelFilter(OwnerId: Ada))).ShouldBe(25);
        (await small.CancelAllAsync(Ada)).ShouldBe(0);
        (await Queue.ListAsync(new JobFilter(JobState.Enqueued))).ShouldAllBe(j => j.OwnerId == Bob);
        (await Queue.ListAsync(new JobFilter(JobState.Deleted))).Count.ShouldBe(25);
        (await ScalarAsync<double>($"SELECT charged FROM queue.flow WHERE owner_id = '{Ada}'")).ShouldBe(0);
        (await ScalarAsync<double>($"SELECT charged FROM queue.flow WHERE owner_id = '{Bob}'")).ShouldBe(250);
    }

    private async Task<IReadOnlyList<long>> FailAsync(int count, NewJob? job = null, string model = "sprout")
    {
        var ids = await Queue.SubmitAsync([.. Enumerable.Range(0, count).Select(i => (job ?? Job()) with { GroupId = Guid.NewGuid(), Payload = $$"""{"n": {{i}}}""", BatchKey = $"b{i}" })]);
        for (var i = 0; i < count; i++)
        {
            await FailNextAsync(model);
        }

        return ids;
    }

    private async Task FailNextAsync(string model = "sprout") =>
        (await Queue.FailAsync((await ClaimAsync(await WorkerAsync(model)))!, "broken", retry: false)).ShouldBe(FailResult.Failed);
}

using DiffusionHub.Domain.Jobs;
using Shouldly;
using Xunit;

namespace DiffusionHub.Queue.Tests;

public sealed class ReadingTests(QueueFixture fixture) : QueueTest(fixture)
{
    [Fact]
    public async Task Latest_progress_wins_and_a_preview_comes_only_to_who_lacks_it()
    {
        var id = await SubmitAsync();
        var claim = (await ClaimAsync(await WorkerAsync()))!;
        await Progress.ReportAsync(claim, 1, 4, [1]);
        await Progress.ReportAsync(claim, 2, 4, [2]);
        await Progress.ReportAsync(claim, 3, 4, null);

        (await ReadAsync(id)).PreviewWebp.ShouldBeNull();
        var view = (await Queue.ReadJobsAsync([id], new Dictionary<long, int>())).Single();
        (view.Step, view.Steps, view.Seq).ShouldBe((3, 4, 3));
        view.PreviewWebp.ShouldBe([2]);
        (await Queue.ReadJobsAsync([id], new Dictionary<long, int> { [id] = view.Seq })).Single().PreviewWebp.ShouldBeNull();
        (await Queue.ReadProgressAsync(new Dictionary<long, int> { [id] = 2 })).Single().Seq.ShouldBe(3);
        (await Queue.ReadProgressAsync(new Dictionary<long, int> { [id] = 3 })).ShouldBeEmpty();
    }

    [Fact]
    public async Task Progress_of_an_old_claim_is_refused_and_no_longer_shown()
    {
        var id = await SubmitAsync();
        var old = await WorkerAsync();
        var claim = (await ClaimAsync(old))!;
        await Progress.ReportAsync(claim, 3, 4, [1]);
        await ExpireAsync(old);
        await Reaper.ReapAsync();
        (await Progress.ReportAsync(claim, 4, 4, null)).Current.ShouldBeFalse();
        (await ReadAsync(id)).Step.ShouldBeNull();

        var next = (await ClaimAsync(await WorkerAsync()))!;
        (await ReadAsync(id)).Step.ShouldBeNull();
        await Progress.ReportAsync(next, 1, 4, null);
        var view = (await Queue.ReadJobsAsync([id], new Dictionary<long, int> { [id] = 1 })).Single();
        (view.Step, view.Seq).ShouldBe((1, 2));
        view.PreviewWebp.ShouldBeNull();
    }

    [Fact]
    public async Task Active_jobs_are_the_owners_live_ones()
    {
        var done = await SubmitAsync();
        await FinishAsync((await ClaimAsync(await WorkerAsync()))!);
        var waiting = await SubmitAsync();
        await SubmitAsync(Job(owner: Bob));
        (await Queue.ReadActiveAsync(Ada)).Select(v => v.JobId).ShouldBe([waiting]);
        done.ShouldBeLessThan(waiting);
    }

    [Fact]
    public async Task Active_jobs_are_at_most_the_newest_few()
    {
        var ids = await SubmitManyAsync(5);
        (await Queue.ReadActiveAsync(Ada, limit: 2)).Select(v => v.JobId).ShouldBe(ids.Skip(3));
    }

    [Fact]
    public async Task Places_in_line_are_the_same_asked_for_one_and_for_all()
    {
        var slow = await SubmitAsync(Job(lane: "bulk"));
        var ids = await SubmitManyAsync(6);
        await ClaimAsync(await WorkerAsync());
        await Queue.CancelAsync(ids[2], null);
        long[] asked = [slow, .. ids];
        (int, int?)[] places = [(0, 5), (1, null), (2, 1), (3, null), (4, 2), (5, 3), (6, 4)];

        (await Queue.ReadJobsAsync(asked)).Select((v, i) => (i, v.Position)).ShouldBe(places);
        foreach (var (index, place) in places)
        {
            (await ReadAsync(asked[index])).Position.ShouldBe(place);
        }
    }

    [Fact]
    public async Task List_pages_through_live_and_ended_jobs_newest_first()
    {
        var ids = await SubmitManyAsync(7);
        var worker = await WorkerAsync();
        await FinishAsync((await ClaimAsync(worker))!);
        await Queue.CancelAsync(ids[3], null);

        var first = await Queue.ListAsync(new JobFilter(Limit: 4));
        var rest = await Queue.ListAsync(new JobFilter(Before: first[^1].JobId, Limit: 4));
        first.Concat(rest).Select(v => v.JobId).ShouldBe(ids.Reverse());
        (await Queue.ListAsync(new JobFilter(JobState.Succeeded))).Single().JobId.ShouldBe(ids[0]);
        (await Queue.ListAsync(new JobFilter(JobState.Enqueued))).Count.ShouldBe(5);
        (await Queue.ListAsync(new JobFilter(OwnerId: Bob))).ShouldBeEmpty();
        (await Queue.ListAsync(new JobFilter(Limit: 4, EndedOnly: true))).Select(v => v.JobId).ShouldBe([ids[3], ids[0]]);
        (await Queue.ListAsync(new JobFilter(Model: "sprout", Limit: 2))).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Counts_hold_every_state_of_every_lane()
    {
        await SubmitManyAsync(4);
        var worker = await WorkerAsync();
        await FinishAsync((await ClaimAsync(worker))!);
        await Queue.FailAsync((await ClaimAsync(worker))!, "x", retry: false);
        await ClaimAsync(worker);
        var counts = await Queue.CountsAsync();
        counts.Select(c => c.Lane).ShouldBe(["interactive", "normal", "bulk"]);
        counts[0].ShouldBe(new LaneCounts("interactive", false, Scheduled: 0, Enqueued: 1, Processing: 1, Succeeded: 1, Failed: 1, Deleted: 0));
    }
}

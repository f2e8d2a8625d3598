using DiffusionHub.Domain.Jobs;
using DiffusionHub.Imaging;
using Shouldly;
using Xunit;

namespace DiffusionHub.Integration;

/// <summary>A worker that computes several jobs at the same time.</summary>
public sealed class BatchTests
{
    [Fact]
    public async Task Jobs_are_computed_together_and_one_that_is_cancelled_leaves_the_others()
    {
        await using var hub = await Hub.StartAsync();
        await hub.WorkerAsync("a", ("HUB_WORKER_BATCH", "4"));
        List<long> ids = [];
        for (var i = 0; i < 4; i++)
        {
            ids.Add(await hub.SubmitAsync(40));
        }

        await hub.UntilAsync(async () => (await hub.Queue.ReadJobsAsync(ids)).All(view => view.Step >= 2));
        await hub.Queue.CancelAsync(ids[1], null);
        foreach (var id in ids)
        {
            (await hub.EndAsync(id)).State.ShouldBe(id == ids[1] ? JobState.Deleted : JobState.Succeeded);
        }

        // The same request alone.
        await hub.EndAsync(await hub.SubmitAsync(40));
        var pictures = (await hub.PicturesAsync()).OrderBy(picture => picture.JobId).ToList();
        pictures.Count.ShouldBe(4);
        var alone = Pixels(hub, pictures[3].BlobKey);
        foreach (var picture in pictures[..3])
        {
            Pixels(hub, picture.BlobKey).Zip(alone, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThanOrEqualTo(1);
        }
    }

    [Fact]
    public async Task Newcomer_joins_a_running_batch_and_is_done_before_it()
    {
        await using var hub = await Hub.StartAsync();
        await hub.WorkerAsync("a", ("HUB_WORKER_BATCH", "4"));
        var first = await hub.SubmitAndWaitForStepsAsync();
        var newcomer = await hub.EndAsync(await hub.SubmitAsync(1));
        var other = await hub.EndAsync(first);
        (newcomer.State, other.State).ShouldBe((JobState.Succeeded, JobState.Succeeded));
        newcomer.FinishedAt.ShouldNotBeNull().ShouldBeLessThan(other.FinishedAt.ShouldNotBeNull());
    }

    [Fact]
    public async Task Request_that_fails_does_not_fail_those_beside_it()
    {
        await using var hub = await Hub.StartAsync();
        await hub.WorkerAsync("a", ("HUB_WORKER_BATCH", "4"));
        var good = await hub.SubmitAndWaitForStepsAsync();
        var bad = await hub.SubmitAsync(0, """{"model": "sprout", "prompt": "fig", "init": "upload:00000000-0000-0000-0000-000000000000.png"}""");
        (await hub.EndAsync(bad)).State.ShouldBe(JobState.Failed);
        (await hub.EndAsync(good)).State.ShouldBe(JobState.Succeeded);
    }

    private static byte[] Pixels(Hub hub, string key) => ImageCodec.Decode(File.ReadAllBytes(Path.Combine(hub.PicturesFolder, key))).Pixels;
}

using DiffusionHub.Domain.Jobs;
using Shouldly;
using Xunit;

namespace DiffusionHub.Integration;

public sealed class FaultTests
{
    [Fact]
    public async Task Picture_folder_that_cannot_be_written_is_told_and_heals()
    {
        await using var hub = await Hub.StartAsync();
        await hub.WorkerAsync();
        // A file where the folder should be: refused for root too, who may write into read-only folders.
        await File.WriteAllTextAsync(hub.PicturesFolder, "");
        var id = await hub.SubmitAsync(1);
        await hub.UntilAsync(async () => (await hub.Queue.ReadWorkersAsync()).Single().Problem is { } problem && problem.Contains(hub.PicturesFolder));
        (await hub.PicturesAsync()).ShouldBeEmpty();
        File.Delete(hub.PicturesFolder);
        (await hub.EndAsync(id)).State.ShouldBe(JobState.Succeeded);
        (await hub.PicturesAsync()).ShouldHaveSingleItem();
        await hub.UntilAsync(async () => (await hub.Queue.ReadWorkersAsync()).Single().Problem is null);
    }

    [Fact]
    public async Task Lost_database_connections_cost_neither_the_job_nor_an_attempt()
    {
        await using var hub = await Hub.StartAsync();
        var worker = await hub.WorkerAsync();
        var id = await hub.SubmitAndWaitForStepsAsync();
        await hub.CutWorkersOffAsync();
        var step = (await hub.ViewAsync(id)).Step;
        await hub.UntilAsync(async () => (await hub.ViewAsync(id)) is var view && (view.Step > step || view.State == JobState.Succeeded));
        await hub.CutWorkersOffAsync();
        var job = await hub.EndAsync(id);
        (job.State, job.Attempt).ShouldBe((JobState.Succeeded, 1), worker.Output);
        (await hub.PicturesAsync()).ShouldHaveSingleItem();
        (await hub.EndAsync(await hub.SubmitAsync(1))).State.ShouldBe(JobState.Succeeded);
    }

    [Theory]
    [InlineData("[1, 2]", "cannot be read")]
    [InlineData("""{"model": "sprout", "prompt": null}""", "cannot be read")]
    [InlineData("""{"model": "nothing", "prompt": "fig"}""", "nothing")]
    [InlineData("""{"model": "sprout", "steps": 100000}""", "steps")]
    [InlineData("""{"model": "sprout", "count": 3}""", "one picture")]
    public async Task Request_that_nobody_can_fulfil_fails_once_and_clearly(string payload, string said)
    {
        await using var hub = await Hub.StartAsync();
        await hub.WorkerAsync();
        var job = await hub.EndAsync(await hub.SubmitAsync(0, payload));
        (job.State, job.Attempt).ShouldBe((JobState.Failed, 1));
        job.Error!.ShouldContain(said);
        (await hub.EndAsync(await hub.SubmitAsync(1))).State.ShouldBe(JobState.Succeeded);
    }

    [Fact]
    public async Task Sparse_request_gets_the_models_defaults()
    {
        await using var hub = await Hub.StartAsync();
        await hub.WorkerAsync();
        var id = await hub.SubmitAsync(0, """{"model": "sprout", "prompt": "fig", "steps": 1}""");
        (await hub.EndAsync(id)).State.ShouldBe(JobState.Succeeded);
        var picture = (await hub.PicturesAsync()).ShouldHaveSingleItem();
        (picture.Width, picture.Seed).ShouldBe((128, id));
        picture.Request.ShouldContain("sampler");
    }
}

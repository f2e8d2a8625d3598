using DiffusionHub.Domain.Jobs;
using DiffusionHub.Tests.Shared;
using Shouldly;
using Xunit;

namespace DiffusionHub.Integration;

/// <summary>A model whose files change under the worker that uses it.</summary>
public sealed class ModelFaultTests
{
    private const string Request = """{"model":"mine","prompt":"red apple","seed":7,"steps":1}""";
    private const string LongRequest = """{"model":"mine","prompt":"red apple","seed":7,"steps":50}""";

    [Fact]
    public async Task Damaged_files_are_named_and_the_job_is_done_once_they_are_whole_again()
    {
        await using var hub = await Hub.StartAsync();
        var weights = Path.Combine(ModelFiles.Another(Path.Combine(hub.ModelsFolder, "mine")), ModelFiles.Unet);
        await hub.WorkerAsync();
        await hub.UntilAsync(async () => (await hub.Queue.ReadWorkersAsync()).Single().Models.Contains("mine"));
        (await hub.EndAsync(await hub.SubmitAsync(1, Request, "mine"))).State.ShouldBe(JobState.Succeeded);

        var whole = await File.ReadAllBytesAsync(weights);
        await ReplaceAsync(weights, whole[..(whole.Length / 2)]);
        var id = await hub.SubmitAsync(1, Request, "mine");
        var said = "";
        await hub.UntilAsync(async () =>
        {
            // Whoever sees it first: the job that needs it, or the look at the folder, which withdraws it.
            said = (await hub.ViewAsync(id)).Errors.Select(error => error.Error).FirstOrDefault() ?? (await hub.EntryAsync("mine"))?.Fault ?? "";
            return said.Length > 0;
        });
        said.ShouldContain("diffusion_pytorch_model.safetensors");

        await ReplaceAsync(weights, whole);
        (await hub.EndAsync(id)).State.ShouldBe(JobState.Succeeded);
    }

    [Fact]
    public async Task Job_under_way_is_finished_with_files_that_are_deleted()
    {
        await using var hub = await Hub.StartAsync();
        var folder = ModelFiles.Another(Path.Combine(hub.ModelsFolder, "mine"));
        await hub.WorkerAsync();
        await hub.UntilAsync(async () => (await hub.Queue.ReadWorkersAsync()).Single().Models.Contains("mine"));
        var id = await hub.SubmitAsync(50, LongRequest, "mine");
        await hub.UntilAsync(async () => (await hub.ViewAsync(id)).Step >= 2);
        Directory.Delete(folder, recursive: true);
        (await hub.EndAsync(id)).State.ShouldBe(JobState.Succeeded);
        (await hub.EndAsync(await hub.SubmitAsync(1))).State.ShouldBe(JobState.Succeeded);
    }

    // At once, as those do who know that a file is in use.
    private static async Task ReplaceAsync(string path, byte[] bytes)
    {
        await File.WriteAllBytesAsync(path + ".new", bytes);
        File.Move(path + ".new", path, overwrite: true);
    }
}

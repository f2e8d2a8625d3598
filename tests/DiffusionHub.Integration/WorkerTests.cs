using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using DiffusionHub.Domain.Jobs;
using DiffusionHub.Imaging.Metadata;
using Shouldly;
using Xunit;

namespace DiffusionHub.Integration;

public sealed class WorkerTests
{
    [Fact]
    public async Task Request_becomes_a_picture_with_its_parameters_inside()
    {
        await using var hub = await Hub.StartAsync();
        await hub.WorkerAsync();
        (await hub.ModelsAsync()).ShouldContain("sprout");
        var id = await hub.SubmitAsync(4);
        var job = await hub.EndAsync(id);
        (job.State, job.Attempt, job.Worker).ShouldBe((JobState.Succeeded, 1, "a"));

        var picture = (await hub.PicturesAsync()).ShouldHaveSingleItem();
        (picture.JobId, picture.GroupId, picture.Seed, picture.Width, picture.Height).ShouldBe((id, job.GroupId, 7, 128, 128));
        var png = await File.ReadAllBytesAsync(Path.Combine(hub.PicturesFolder, picture.BlobKey));
        png.Length.ShouldBe((int)picture.Bytes);
        var parameters = Infotext.Parse(PngText.Read(png, PngText.Parameters)!);
        (parameters.Prompt, parameters["Steps"], parameters["Seed"], parameters["Model"]).ShouldBe(("red apple, fluent style", "4", "7", "sprout"));
        var thumbnail = await File.ReadAllBytesAsync(Path.Combine(hub.PicturesFolder, picture.ThumbnailKey));
        Encoding.ASCII.GetString(thumbnail, 8, 4).ShouldBe("WEBP");
        hub.Blobs.Count().ShouldBe(2);
    }

    [Fact]
    public async Task The_same_request_gets_a_copy_where_the_hub_is_told_so()
    {
        await using var hub = await Hub.StartAsync();
        await hub.WorkerAsync("a", ("HUB_RESULT_CACHE", "on"));
        (await hub.EndAsync(await hub.SubmitAsync(2))).State.ShouldBe(JobState.Succeeded);
        (await hub.EndAsync(await hub.SubmitAsync(2))).State.ShouldBe(JobState.Succeeded);
        (await hub.EndAsync(await hub.SubmitAsync(3))).State.ShouldBe(JobState.Succeeded);
        var pictures = (await hub.PicturesAsync()).OrderBy(picture => picture.JobId).ToList();
        pictures.Select(picture => picture.DeviceMilliseconds > 0).ShouldBe([true, false, true]);
        pictures.Select(picture => picture.BlobKey).ShouldBeUnique();
        var files = pictures.Select(picture => File.ReadAllBytes(Path.Combine(hub.PicturesFolder, picture.BlobKey))).ToList();
        files[1].ShouldBe(files[0]);
        files[2].ShouldNotBe(files[0]);
    }

    [Fact]
    public async Task Model_is_known_by_its_folder_and_a_bad_folder_is_passed_over()
    {
        await using var hub = await Hub.StartAsync();
        // Same card, so the same id, under another name; and one whose card has a hole where its limits should be.
        CopyOfSprout(Path.Combine(hub.ModelsFolder, "twin"));
        CopyOfSprout(Path.Combine(hub.ModelsFolder, "broken"));
        await File.WriteAllTextAsync(Path.Combine(hub.ModelsFolder, "broken", "model.json"), """{"limits":null}""");
        var worker = await hub.WorkerAsync();
        (await hub.ModelsAsync()).ShouldBe(["sprout", "twin"], ignoreOrder: true);
        worker.Output.ShouldContain("Model broken cannot be used");

        const string Twin = """{"model":"twin","prompt":"red apple","seed":7,"steps":2}""";
        (await hub.EndAsync(await hub.SubmitAsync(4))).State.ShouldBe(JobState.Succeeded);
        (await hub.EndAsync(await hub.SubmitAsync(2, Twin))).State.ShouldBe(JobState.Succeeded);
        var picture = (await hub.PicturesAsync()).Single(p => p.Model == "twin");
        var png = await File.ReadAllBytesAsync(Path.Combine(hub.PicturesFolder, picture.BlobKey));
        Infotext.Parse(PngText.Read(png, PngText.Parameters)!)["Model"].ShouldBe("twin");
        worker.Output.ShouldContain("Model twin loaded");
    }

    [Fact]
    public async Task Model_that_gives_NaN_fails_the_job_once_with_the_step_and_not_the_worker()
    {
        await using var hub = await Hub.StartAsync();
        var spoilt = Path.Combine(hub.ModelsFolder, "spoilt");
        CopyOfSprout(spoilt);
        var weights = Path.Combine(spoilt, "unet", "diffusion_pytorch_model.safetensors");
        var bytes = await File.ReadAllBytesAsync(weights);
        MemoryMarshal.Cast<byte, Half>(bytes.AsSpan(bytes.Length / 2)).Fill(Half.NaN);
        await File.WriteAllBytesAsync(weights, bytes);
        await hub.WorkerAsync();
        var job = await hub.EndAsync(await hub.SubmitAsync(3, """{"model":"spoilt","prompt":"red apple","seed":7,"steps":3,"sampler":"Euler Karras"}"""));
        (job.State, job.Attempt).ShouldBe((JobState.Failed, 1));
        job.Error!.ShouldContain("at step 1 of 3");
        (await hub.PicturesAsync()).ShouldBeEmpty();
        (await hub.EndAsync(await hub.SubmitAsync(1))).State.ShouldBe(JobState.Succeeded);
    }

    [Fact]
    public async Task Running_job_shows_its_steps_and_a_preview()
    {
        await using var hub = await Hub.StartAsync();
        await hub.WorkerAsync();
        var id = await hub.SubmitAsync(30);
        byte[]? preview = null;
        var seen = new SortedSet<int>();
        await hub.UntilAsync(async () =>
        {
            var view = (await hub.Queue.ReadJobsAsync([id], new Dictionary<long, int>())).Single();
            preview ??= view.PreviewWebp;
            seen.Add(view.Step ?? 0);
            return view.State == JobState.Succeeded;
        });
        preview.ShouldNotBeNull().Length.ShouldBeInRange(1, 40 * 1024);
        seen.Count.ShouldBeGreaterThan(3);
    }

    [Fact]
    public async Task Killed_workers_job_is_finished_by_another_exactly_once()
    {
        await using var hub = await Hub.StartAsync();
        await Task.WhenAll(hub.WorkerAsync("a"), hub.WorkerAsync("b"));
        var id = await hub.SubmitAndWaitForStepsAsync();
        var first = await hub.RunnerOfAsync(id);
        await first.SignalAsync("KILL");
        var killed = Stopwatch.GetTimestamp();
        await hub.UntilAsync(async () => (await hub.ViewAsync(id)) is { State: JobState.Processing, Attempt: 2 });
        Stopwatch.GetElapsedTime(killed).TotalSeconds.ShouldBeLessThan(6);

        var job = await hub.EndAsync(id);
        (job.State, job.Attempt).ShouldBe((JobState.Succeeded, 2));
        job.Worker.ShouldNotBe(first.Name);
        job.Errors.ShouldHaveSingleItem().Worker.ShouldBe(first.Name);
        (await hub.PicturesAsync()).ShouldHaveSingleItem();
        hub.Blobs.Count().ShouldBe(2);
    }

    [Fact]
    public async Task Frozen_workers_late_result_is_refused()
    {
        await using var hub = await Hub.StartAsync();
        await Task.WhenAll(hub.WorkerAsync("a"), hub.WorkerAsync("b"));
        var id = await hub.SubmitAndWaitForStepsAsync();
        var frozen = await hub.RunnerOfAsync(id);
        await frozen.SignalAsync("STOP");
        var job = await hub.EndAsync(id);
        await frozen.SignalAsync("CONT");
        await hub.UntilAsync(async () => (await hub.Queue.ReadWorkersAsync()).Single(w => w.Name == frozen.Name) is { Alive: true, Epoch: > 1, CurrentJobId: null });
        job.State.ShouldBe(JobState.Succeeded);
        job.Worker.ShouldNotBe(frozen.Name);
        (await hub.PicturesAsync()).ShouldHaveSingleItem();
        hub.Blobs.Count().ShouldBe(2);
    }

    [Fact]
    public async Task Claim_that_the_worker_never_heard_of_is_given_back()
    {
        await using var hub = await Hub.StartAsync();
        await hub.WorkerAsync();
        // Paused, so that the worker itself does not take it first.
        await hub.Queue.PauseAsync("interactive");
        var id = await hub.SubmitAsync(1);
        await hub.ClaimUnheardAsync(id);
        await hub.UntilAsync(async () => (await hub.ViewAsync(id)) is { State: JobState.Enqueued, Attempt: 0 });
        await hub.Queue.ResumeAsync("interactive");
        var job = await hub.EndAsync(id);
        (job.State, job.Attempt).ShouldBe((JobState.Succeeded, 1));
    }

    [Fact]
    public async Task Cancelled_job_stops_between_two_steps_and_leaves_nothing()
    {
        await using var hub = await Hub.StartAsync();
        await hub.WorkerAsync();
        var id = await hub.SubmitAndWaitForStepsAsync();
        await hub.Queue.CancelAsync(id, null);
        (await hub.EndAsync(id)).State.ShouldBe(JobState.Deleted);
        (await hub.PicturesAsync()).ShouldBeEmpty();
        hub.Blobs.ShouldBeEmpty();
        (await hub.EndAsync(await hub.SubmitAsync(1))).State.ShouldBe(JobState.Succeeded);
    }

    [Fact]
    public async Task Stopped_worker_gives_its_job_back_uncharged()
    {
        await using var hub = await Hub.StartAsync();
        var worker = await hub.WorkerAsync();
        var id = await hub.SubmitAndWaitForStepsAsync();
        await worker.SignalAsync("TERM");
        await worker.SaidAsync("Stopping");
        await worker.SignalAsync("TERM");
        (await worker.ExitAsync()).ShouldBe(0);
        var job = await hub.ViewAsync(id);
        (job.State, job.Attempt, job.Position).ShouldBe((JobState.Enqueued, 0, 1));
        (await hub.Queue.ReadWorkersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Short_job_is_finished_before_the_worker_stops()
    {
        await using var hub = await Hub.StartAsync();
        var worker = await hub.WorkerAsync();
        var id = await hub.SubmitAndWaitForStepsAsync(20);
        worker.EndInput();
        (await worker.ExitAsync()).ShouldBe(0);
        (await hub.ViewAsync(id)).State.ShouldBe(JobState.Succeeded);
    }

    private static void CopyOfSprout(string to)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(here.FullName, "models", "sprout")))
        {
            here = here.Parent!;
        }

        var from = Path.Combine(here.FullName, "models", "sprout");
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}

using DiffusionHub.Data.Settings;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Inference.Devices;
using DiffusionHub.Migrations;
using DiffusionHub.Pipelines;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Queue;
using DiffusionHub.Tests;
using DiffusionHub.Worker.Computing;
using DiffusionHub.Worker.Jobs;
using DiffusionHub.Worker.Models;
using DiffusionHub.Worker.Safety;
using DiffusionHub.Worker.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace DiffusionHub.Worker.Tests;

/// <summary>A job whose computing meets a full memory, with pipelines that only pretend.</summary>
public sealed class MemoryFullTests
{
    private int _runs;

    [Fact]
    public async Task Models_that_nobody_uses_go_and_it_is_tried_once_more()
    {
        var run = await RunAsync(fullTimes: 1, withIdleModel: true);
        run.Batch.Width.ShouldBe(8);
        _runs.ShouldBe(2);
    }

    [Theory]
    [InlineData(2, true, 2)]
    [InlineData(1, false, 1)]
    public async Task Where_that_does_not_help_the_bytes_are_told(int fullTimes, bool withIdleModel, int runs)
    {
        var fault = await Should.ThrowAsync<DeviceMemoryException>(RunAsync(fullTimes, withIdleModel));
        (fault.Bytes, _runs).ShouldBe((4096, runs));
    }

    private async Task<FinishedRun> RunAsync(int fullTimes, bool withIdleModel)
    {
        var database = await TestServer.NewDatabaseAsync();
        await HubMigrator.MigrateAsync(TestServer.OwnerOf(database), TestServer.Role);
        await using var dataSource = QueueDatabase.Open(database, "tests");
        await using var queue = new JobQueue(dataSource);
        var worker = await new WorkerRegistry(dataSource, queue.Notifier).RegisterAsync(new WorkerDescription(Guid.CreateVersion7(), "w", "here", 1, "cpu", ["sprout"]));
        await queue.SubmitAsync([new NewJob(Guid.NewGuid(), Guid.NewGuid(), "interactive", "sprout", "k", "{}")]);
        var claim = (await queue.ClaimAsync(worker, 1)).Single();
        using var state = new WorkerState(NullLogger.Instance);
        using var meter = new WorkerMeter(state);
        var shelf = new ModelShelf(ModelFolders.Usual(null), NullLogger.Instance);
        using var residency = new Residency(long.MaxValue, _ => new Pretended(this, fullTimes), () => 0, state, meter, NullLogger.Instance);
        var model = shelf.Take("sprout");
        if (withIdleModel)
        {
            (await residency.AcquireAsync(model with { Name = "other" }, default)).Dispose();
        }

        using var safety = new SafetyCheck(new HubSettings { DataFolder = "/nowhere" }, state);
        var runner = new JobRunner(shelf, residency, safety, new ProgressReporter(dataSource, queue.Notifier), NullLogger.Instance);
        using var job = new RunningJob(claim);
        using var telemetry = new JobTelemetry(meter, claim);
        var request = new PictureRequest { Prompt = "", Seed = 1, Steps = 1, Guidance = 1, Width = 8, Height = 8 };
        var asked = new JobRequest(new GenerationRequest { Model = "sprout" }, request, model.Capabilities);
        return await runner.RunAsync(job, asked, new Floor(1, () => { }).Announce(), telemetry);
    }

    private sealed class Pretended(MemoryFullTests tests, int fullTimes) : IPipeline
    {
        public ModelDescription Description { get; } = KnownFamilies.Describe(ModelFolders.Usual(null).Find("sprout"));

        public string? ShareKey(PictureRequest request) => null;

        public PictureBatch Run(PictureRequest request, StepObserver? afterStep = null, CancellationToken cancellation = default) => ++tests._runs <= fullTimes
            ? throw new DeviceMemoryException("full", 4096)
            : new PictureBatch(new float[8 * 8 * 3], 1, 8, 8, new RunTimings(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero));

        public void Dispose()
        {
        }
    }
}

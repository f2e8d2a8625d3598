using DiffusionHub.Data.Blobs;
using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Pictures;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Migrations;
using DiffusionHub.Pipelines;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Queue;
using DiffusionHub.Tests;
using DiffusionHub.Worker.Jobs;
using DiffusionHub.Worker.Models;
using DiffusionHub.Worker.Safety;
using DiffusionHub.Worker.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shouldly;

namespace DiffusionHub.Worker.Tests;

/// <summary>A published picture, and whether it is a copy.</summary>
internal sealed record Published(bool Copied, string BlobKey, string ThumbnailKey, double Milliseconds, byte[]? Key, string Standing, string? Reason);

/// <summary>A worker's way from claim to publication with a real database and store, and a model that only says that it computes.</summary>
internal sealed class ResultShop : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hub-results-");
    private readonly NpgsqlDataSource _dataSource;
    private readonly JobQueue _queue;
    private readonly WorkerIdentity _worker;
    private readonly WorkerState _state = new(NullLogger.Instance);
    private readonly WorkerMeter _meter;
    private readonly LoadedFiles _loaded = new();
    private readonly Lock _clock = new();
    private DateTime _written = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private ResultShop(NpgsqlDataSource dataSource, JobQueue queue, WorkerIdentity worker)
    {
        (_dataSource, _queue, _worker, _meter) = (dataSource, queue, worker, new WorkerMeter(_state));
        Blobs = new FolderBlobStore(Path.Combine(_folder.FullName, "pictures"));
        Write("model/unet.safetensors", "weights");
        Write("model/vae/config.json", "{}");
    }

    public FolderBlobStore Blobs { get; }

    /// <summary>How what is computed stands.</summary>
    public SafetyVerdict Verdict { get; set; } = new(PictureStanding.Fine, null, TimeSpan.Zero);

    public static async Task<ResultShop> OpenAsync()
    {
        var database = await TestServer.NewDatabaseAsync();
        await HubMigrator.MigrateAsync(TestServer.OwnerOf(database), TestServer.Role);
        var dataSource = QueueDatabase.Open(database, "tests");
        var queue = new JobQueue(dataSource);
        await queue.SetLimitsAsync(refuseUnrunnable: false);
        var worker = await new WorkerRegistry(dataSource, queue.Notifier).RegisterAsync(new WorkerDescription(Guid.CreateVersion7(), "w", "here", 1, "cpu", ["sprout"]));
        return new ResultShop(dataSource, queue, worker);
    }

    public async ValueTask DisposeAsync()
    {
        await _queue.DisposeAsync();
        await _dataSource.DisposeAsync();
        _meter.Dispose();
        _state.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Does a job as <see cref="JobHandler"/> does.</summary>
    public async Task<Published> WorkAsync(
        string? device = "cpu", string lane = "interactive", bool seedGiven = true, Func<GenerationRequest, GenerationRequest>? change = null,
        (string File, double Weight)? adapter = null, IPipeline? maker = null, Action? meanwhile = null)
    {
        var id = (await _queue.SubmitAsync([new NewJob(Domain.People.User.LocalId, Guid.CreateVersion7(), "interactive", "sprout", "sprout", "{}")]))[0];
        var claim = (await _queue.ClaimAsync(_worker, 1)).ShouldHaveSingleItem();
        using var job = new RunningJob(claim with { Lane = lane });
        using var telemetry = new JobTelemetry(_meter, claim);
        var request = Request(change, seedGiven, adapter);
        var publisher = new PicturePublisher(new Publication(_queue, Blobs, _state), NullLogger.Instance);
        var results = new ResultCache(device, _ => Source, _loaded, _dataSource, Blobs, publisher, NullLogger.Instance);
        var key = results.KeyOf(job.Claim, request);
        var copied = await results.AnswerAsync(job, request, key, telemetry, default);
        if (copied is null)
        {
            var run = Compute(maker ?? Load().Pipeline, claim.JobId);
            meanwhile?.Invoke();
            (await publisher.PublishAsync(job, request, run, results.Holds(key, job.Claim, request, run), telemetry, default)).ShouldBe(FinishResult.Published);
        }

        copied?.ShouldBe(FinishResult.Published);
        return (await PicturesAsync(claim.JobId)).ShouldHaveSingleItem() with { Copied = copied is not null };
    }

    public (IPipeline Pipeline, ShelvedModel Model) Load()
    {
        var model = new ShelvedModel("sprout", Source, Capabilities, "");
        return (_loaded.Load(model, _ => new Nothing()), model);
    }

    public JobRequest Request(Func<GenerationRequest, GenerationRequest>? change, bool seedGiven, (string File, double Weight)? adapter)
    {
        var document = new GenerationRequest { Model = "sprout", Prompt = "a red fox", Seed = 7, Steps = 4, Guidance = 1.5, Width = 8, Height = 8, Sampler = "DDIM", Loras = adapter is null ? [] : [new LoraChoice("moss")] };
        document = change?.Invoke(document) ?? document;
        var run = new PictureRequest
        {
            Prompt = document.Prompt, Seed = document.Seed!.Value, Steps = 4, Guidance = 1.5, Width = 8, Height = 8, Sampler = "DDIM",
            Adapters = adapter is var (file, weight) ? [new AdapterChoice(Path.Combine(_folder.FullName, file), weight)] : [],
        };
        return new JobRequest(document, run, Capabilities) { SeedGiven = seedGiven };
    }

    /// <summary>Writes a file at a later time than all before it: the clock of a file system may stand still between two writes.</summary>
    public void Write(string name, string content)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        lock (_clock)
        {
            _written = _written.AddSeconds(1);
            File.SetLastWriteTimeUtc(path, _written);
        }
    }

    public void RemoveModel() => Directory.Delete(Path.Combine(_folder.FullName, "model"), recursive: true);

    public byte[] Read(string blob) => File.ReadAllBytes(PathOf(blob));

    public void Cut(string blob) => File.WriteAllBytes(PathOf(blob), Read(blob)[..^1]);

    public async Task RemoveAsync(Published picture)
    {
        Blobs.Delete(picture.BlobKey);
        Blobs.Delete(picture.ThumbnailKey);
        await ExecuteAsync($"DELETE FROM hub.picture WHERE blob_key = '{picture.BlobKey}'");
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = _dataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<List<Published>> PicturesAsync(long? job = null)
    {
        await using var command = _dataSource.CreateCommand($"SELECT blob_key, thumbnail_key, device_milliseconds, result_key, standing, standing_reason FROM hub.picture WHERE {(job is { } id ? $"job_id = {id}" : "true")}");
        await using var reader = await command.ExecuteReaderAsync();
        var pictures = new List<Published>();
        while (await reader.ReadAsync())
        {
            pictures.Add(new Published(false, reader.GetString(0), reader.GetString(1), reader.GetDouble(2), reader.IsDBNull(3) ? null : reader.GetFieldValue<byte[]>(3), reader.GetString(4), reader.IsDBNull(5) ? null : reader.GetString(5)));
        }

        return pictures;
    }

    private ModelSource Source => ModelSource.At(Path.Combine(_folder.FullName, "model"));

    private static ModelCapabilities Capabilities { get; } = new()
    {
        Name = "sprout", Family = "", Hash = new string('a', 64), Tasks = [], Samplers = ["DDIM"], MemoryBytes = 1, DefaultGuidance = 1, DefaultSteps = 1, MaxSteps = 9,
        DefaultWidth = 8, DefaultHeight = 8, MinSide = 8, MaxSide = 8, SideMultiple = 8,
    };

    // Another picture each time: a copy is told from a new one by its pixels too.
    private FinishedRun Compute(IPipeline maker, long job)
    {
        var values = Enumerable.Range(0, 8 * 8 * 3).Select(i => (((i * 7) + (job * 13)) % 256) / 255f).ToArray();
        var model = new ModelDescription
        {
            Name = "sprout", Family = "", Hash = new string('a', 64), Tasks = [], Samplers = ["DDIM"], Schedules = [], SamplersWithSchedules = [], SamplerMaxSteps = new Dictionary<string, int>(), DefaultSteps = 1, MaxSteps = 9, DefaultGuidance = 1, DefaultSide = 8,
            MinSide = 8, MaxSide = 8, SideMultiple = 8, MemoryBytes = 1,
        };
        return new FinishedRun(new PictureBatch(values, 1, 8, 8, new RunTimings(TimeSpan.Zero, TimeSpan.FromMilliseconds(5), TimeSpan.Zero)), model, maker, Verdict);
    }

    private string PathOf(string blob) => Path.Combine(_folder.FullName, "pictures", blob);

    private sealed class Nothing : IPipeline
    {
        public ModelDescription Description => throw new NotSupportedException();

        public string? ShareKey(PictureRequest request) => null;

        public PictureBatch Run(PictureRequest request, StepObserver? afterStep = null, CancellationToken cancellation = default) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}

using System.Text.Json;
using DiffusionHub.Data;
using DiffusionHub.Domain.Jobs;
using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.People;
using DiffusionHub.Domain.Pictures;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Migrations;
using DiffusionHub.Queue;
using DiffusionHub.Tests;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace DiffusionHub.Integration;

/// <summary>A database, a data folder and the worker processes of one test.</summary>
internal sealed class Hub : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-").FullName;
    private readonly string _connectionString;
    private readonly List<WorkerUnderTest> _workers = [];
    private readonly NpgsqlDataSource _dataSource;

    private Hub(string connectionString)
    {
        _connectionString = connectionString;
        _dataSource = QueueDatabase.Open(connectionString, "tests");
        Queue = new JobQueue(_dataSource);
    }

    public JobQueue Queue { get; }

    public string PicturesFolder => Path.Combine(_folder, "pictures");

    public string ModelsFolder => Path.Combine(_folder, "models");

    public IEnumerable<string> Blobs => Directory.Exists(PicturesFolder)
        ? Directory.EnumerateFiles(PicturesFolder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(PicturesFolder, f))
        : [];

    public static async Task<Hub> StartAsync()
    {
        var connectionString = await TestServer.NewDatabaseAsync();
        await HubMigrator.MigrateAsync(TestServer.OwnerOf(connectionString), TestServer.Role);
        var hub = new Hub(connectionString);
        // Some tests submit before their worker is there.
        await hub.Queue.SetLimitsAsync(refuseUnrunnable: false);
        return hub;
    }

    /// <summary>Starts a worker.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="settings">Settings of its own, as <c>HUB_…</c> variables.</param>
    public async Task<WorkerUnderTest> WorkerAsync(string name = "a", params IReadOnlyList<(string Variable, string Value)> settings)
    {
        var worker = new WorkerUnderTest(name, _folder, _connectionString, settings.ToDictionary(s => s.Variable, s => s.Value, StringComparer.Ordinal));
        _workers.Add(worker);
        await worker.ReadyAsync();
        return worker;
    }

    /// <summary>The worker that runs a job.</summary>
    public async Task<WorkerUnderTest> RunnerOfAsync(long id)
    {
        var name = (await ViewAsync(id)).Worker;
        return _workers.Single(w => w.Name == name);
    }

    public async Task SwitchOffAsync(string model)
    {
        await using var command = _dataSource.CreateCommand("UPDATE hub.model SET enabled = false WHERE name = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = model });
        await command.ExecuteNonQueryAsync();
    }

    public async Task<long> SubmitAsync(int steps, string? payload = null, string model = "sprout")
    {
        var request = new GenerationRequest
        {
            Model = "sprout", Prompt = "red apple, fluent style", Seed = 7, Steps = steps, Guidance = 2.5, Width = 128, Height = 128, Sampler = "DDIM",
        };
        payload ??= JsonSerializer.Serialize(request, RequestJson.Default.GenerationRequest);
        return (await Queue.SubmitAsync([new NewJob(User.LocalId, Guid.CreateVersion7(), "interactive", model, model, payload)]))[0];
    }

    /// <summary>A job of so many steps that it is still running after its first ones.</summary>
    public async Task<long> SubmitAndWaitForStepsAsync(int steps = 50)
    {
        var id = await SubmitAsync(steps);
        await UntilAsync(async () => (await ViewAsync(id)).Step >= 2);
        return id;
    }

    public async Task<JobView> ViewAsync(long id) => (await Queue.ReadJobsAsync([id])).Single();

    public async Task<JobView> EndAsync(long id)
    {
        await UntilAsync(async () => (await ViewAsync(id)).State is JobState.Succeeded or JobState.Failed or JobState.Deleted);
        return await ViewAsync(id);
    }

    /// <summary>Waits until something holds, looking again whenever the queue says that something changed.</summary>
    public async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await using var listener = new QueueListener(_dataSource, Notifier.ChangedChannel);
        try
        {
            await foreach (var _ in listener.ReadAsync(deadline.Token))
            {
                if (await holds())
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException("It never held. Workers said:\n" + string.Join("\n\n", _workers.Select(w => w.Output)), e);
        }
    }

    public async Task<IReadOnlyList<Picture>> PicturesAsync()
    {
        await using var context = new HubDbContext(new DbContextOptionsBuilder<HubDbContext>().UseNpgsql(_connectionString).Options);
        return await context.Pictures.AsNoTracking().ToListAsync();
    }

    /// <summary>Why a worker does not claim; null: it does.</summary>
    public async Task<string?> ProblemAsync() => await ScalarAsync("SELECT max(problem) FROM queue.worker") as string;

    /// <summary>How many jobs show a preview.</summary>
    public async Task<long> PreviewsAsync() => (long)(await ScalarAsync("SELECT count(preview) FROM queue.progress"))!;

    public async Task<IReadOnlyList<string>> ModelsAsync()
    {
        await using var context = new HubDbContext(new DbContextOptionsBuilder<HubDbContext>().UseNpgsql(_connectionString).Options);
        return await context.Models.AsNoTracking().Where(m => m.Fault == null && m.WithdrawnAt == null).Select(m => m.Name).ToListAsync();
    }

    /// <summary>What the database has of an entry of the catalogue, or null.</summary>
    public async Task<CatalogueModel?> EntryAsync(string name)
    {
        await using var context = new HubDbContext(new DbContextOptionsBuilder<HubDbContext>().UseNpgsql(_connectionString).Options);
        return await context.Models.AsNoTracking().SingleOrDefaultAsync(m => m.Name == name);
    }

    /// <summary>A claim of the only worker, committed without its knowledge, as one whose connection was cut before the answer.</summary>
    public async Task ClaimUnheardAsync(long id)
    {
        await using var command = _dataSource.CreateCommand(
            "UPDATE queue.job SET state = 'Processing', attempt = attempt + 1, claim_token = nextval('queue.claim_token'), claimed_at = now(), worker_id = w.worker_id, worker_epoch = w.epoch FROM queue.worker w WHERE job_id = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = id });
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Ends every connection of every worker, as an administrator or a failing network would.</summary>
    public async Task CutWorkersOffAsync()
    {
        await using var command = _dataSource.CreateCommand(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'DiffusionHub worker' AND datname = current_database()");
        await command.ExecuteNonQueryAsync();
    }

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var command = _dataSource.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
        {
            await worker.DisposeAsync();
        }

        await Queue.DisposeAsync();
        await _dataSource.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

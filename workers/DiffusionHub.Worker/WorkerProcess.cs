using DiffusionHub.Data.Blobs;
using DiffusionHub.Data.Settings;
using DiffusionHub.Inference;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Queue;
using DiffusionHub.Telemetry;
using DiffusionHub.Worker.Computing;
using DiffusionHub.Worker.Jobs;
using DiffusionHub.Worker.Loops;
using DiffusionHub.Worker.Models;
using DiffusionHub.Worker.Safety;
using DiffusionHub.Worker.Telemetry;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DiffusionHub.Worker;

/// <summary>One run of the worker: start, loops, orderly stop.</summary>
internal sealed class WorkerProcess(HubSettings settings, string database, ILogger logger)
{
    /// <summary>How long a jobs in hand may take to end when the worker is told to stop.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>How long telling the database may take after that.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    /// <summary>Runs until <paramref name="stopping"/>.</summary>
    /// <param name="stopping">Ends the claims; those in hand may end within <see cref="Grace"/>.</param>
    /// <param name="impatient">The jobs in hand are given back without waiting.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken stopping, CancellationToken impatient)
    {
        using var state = new WorkerState(logger);
        using var restart = RestartNote.Begin(state);
        using var meter = new WorkerMeter(state);
        var folders = ModelFolders.Usual(settings.DataFolder);
        var shelf = new ModelShelf(folders, logger);
        var loaded = new LoadedFiles();
        using var residency = new Residency(WorkerLimits.MemoryBytes(settings), model => loaded.Load(model, FirstPicture.Load), () => Environment.WorkingSet, state, meter, logger);
        var floor = new Floor(WorkerLimits.Batch(settings), state.LookAgain);
        if (shelf.Names.Count == 0)
        {
            await Console.Error.WriteLineAsync(Statements.Text(WorkerTexts.NoModels, settings.ModelsFolder));
            return 1;
        }

        await using var dataSource = QueueDatabase.Open(database, "DiffusionHub worker");
        await using var queue = new JobQueue(dataSource);
        var warm = new FirstPicture(shelf, residency, floor, logger).MakeAsync(stopping);
        var description = Describe(shelf);
        using var export = TelemetryExport.Start(settings.Telemetry, "worker", description.Name);
        var announcer = new ModelAnnouncer(dataSource, description.WorkerId);
        await AnnounceAsync(announcer, shelf, state, stopping);
        await warm;

        var registry = new WorkerRegistry(dataSource, queue.Notifier);
        var lease = new LeaseLoop(registry, description, state, logger);
        await lease.RegisterAsync(stopping);
        Console.WriteLine(Statements.Text(WorkerTexts.Ready, description.Name, description.Device, string.Join(", ", shelf.Names)));

        var watch = new ModelWatch(
            folders,
            settings.ModelsFolder,
            shelf,
            floor,
            async token =>
            {
                await AnnounceAsync(announcer, shelf, state, token);
                await lease.SetModelsAsync(shelf.Names, token);
                queue.Notifier.AnythingChanged();
            },
            logger);
        try
        {
            var blobs = new FolderBlobStore(settings.PicturesFolder);
            using var safety = new SafetyCheck(settings, state);
            var runner = new JobRunner(shelf, residency, safety, new ProgressReporter(dataSource, queue.Notifier), logger);
            var publisher = new PicturePublisher(new Publication(queue, blobs, state), logger);
            var results = new ResultCache(settings.ResultCache ? $"{description.Device} {InferenceRuntime.Precision}{safety.Identity}" : null, name => shelf.Take(name).Source, loaded, dataSource, blobs, publisher, logger);
            var handler = new JobHandler(queue, floor, shelf, new JobFiles(blobs, shelf), runner, publisher, results, state, meter, logger);
            await LoopAsync(dataSource, queue, new ClaimLoop(queue, blobs, handler, state, safety.IsReadyAsync), watch, state, lease, stopping, impatient);
        }
        finally
        {
            await UnregisterAsync(registry, announcer, description.WorkerId);
        }

        return state.ExitCode;
    }

    private async Task LoopAsync(
        NpgsqlDataSource dataSource, JobQueue queue, ClaimLoop claims, ModelWatch watch, WorkerState state, LeaseLoop lease, CancellationToken stopping, CancellationToken impatient)
    {
        await using var listener = new QueueListener(dataSource, Notifier.JobsChannel);
        var watchdog = new Watchdog(state, queue, TimeSpan.FromSeconds(settings.WorkerStuckSeconds), () => ProcessEnd.Now(ProcessEnd.Stuck), logger);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, state.Ending);
        // The lease is held until the jobs in hand have ended.
        using var done = new CancellationTokenSource();
        using var hardStop = new CancellationTokenSource();
        await using var stop = ending.Token.Register(() =>
        {
            logger.Stopping();
            state.Wake();
            hardStop.CancelAfter(Grace + Farewell);
        });
        await using var grace = new Timer(_ => state.Stop(StopReason.ShuttingDown), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await using var noGrace = impatient.Register(() => state.Stop(StopReason.ShuttingDown));
        await using var graceBegins = ending.Token.Register(() => grace.Change(Grace, Timeout.InfiniteTimeSpan));

        var claiming = claims.RunAsync(ending.Token, hardStop.Token);
        Task[] others =
        [
            lease.RunAsync(done.Token), new ReapLoop(new Reaper(dataSource, queue.Notifier), state, logger).RunAsync(done.Token),
            new SignalLoop(listener, state).RunAsync(done.Token), watch.RunAsync(done.Token), watchdog.RunAsync(done.Token),
        ];
        // None of them ends by itself: one that does has met a fault, and the process must not live on half dead.
        if (await Task.WhenAny([claiming, .. others]) != claiming)
        {
            state.Stop(StopReason.ShuttingDown);
            await ending.CancelAsync();
        }

        // Every loop has ended before anything they use goes, and before the worker says goodbye; then the fault, if there was one, goes on.
        await claiming.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await done.CancelAsync();
        await Task.WhenAll([claiming, .. others]);
    }

    private static Task<bool> AnnounceAsync(ModelAnnouncer announcer, ModelShelf shelf, WorkerState state, CancellationToken stopping) => Patience.UntilDatabaseAnswersAsync(
        state,
        async () =>
        {
            await announcer.AnnounceAsync(shelf.Items, stopping);
            return true;
        },
        stopping);

    private static async Task UnregisterAsync(WorkerRegistry registry, ModelAnnouncer announcer, Guid workerId)
    {
        using var deadline = new CancellationTokenSource(Farewell);
        try
        {
            await registry.UnregisterAsync(workerId, deadline.Token);
            await announcer.LeaveAsync(deadline.Token);
        }
        catch (Exception e) when (e is QueueUnavailableException or OperationCanceledException)
        {
            // Then its lease runs out by itself.
        }
    }

    private static WorkerDescription Describe(ModelShelf shelf)
    {
        var name = Environment.GetEnvironmentVariable("HUB_WORKER_NAME") is { Length: > 0 } given ? given : $"{Environment.MachineName}-{Environment.ProcessId}";
        return new WorkerDescription(Guid.CreateVersion7(), name, Environment.MachineName, Environment.ProcessId, InferenceRuntime.Device.Name, shelf.Names);
    }
}

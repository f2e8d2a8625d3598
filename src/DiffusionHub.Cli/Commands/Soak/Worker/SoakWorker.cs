using DiffusionHub.Data.Blobs;
using DiffusionHub.Queue;
using DiffusionHub.Worker;
using DiffusionHub.Worker.Jobs;
using DiffusionHub.Worker.Loops;
using Microsoft.Extensions.Logging.Abstractions;

namespace DiffusionHub.Cli.Commands.Soak;

/// <summary>A worker process of the soak: the worker's own loops and its own way to publish, around work that does next to nothing.</summary>
/// <param name="folder">The soak's folder.</param>
/// <param name="name">Its name.</param>
/// <param name="database">The soak's database.</param>
internal sealed class SoakWorker(SoakFolder folder, string name, string database)
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);

    /// <summary>Runs until stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var log = NullLogger.Instance;
        using var state = new WorkerState(log);
        await using var dataSource = QueueDatabase.Open(database, SoakJobs.WorkerApplication);
        await using var queue = new JobQueue(dataSource);
        var registry = new WorkerRegistry(dataSource, queue.Notifier);
        var description = new WorkerDescription(Guid.CreateVersion7(), name, Environment.MachineName, Environment.ProcessId, "none", [SoakJobs.Model]);
        var lease = new LeaseLoop(registry, description, state, log);
        await lease.RegisterAsync(stopping);
        WorkerLine.Say(WorkerLine.Ready, 0, 0);

        var blobs = new FreezingStore(new FolderBlobStore(folder.Pictures), folder.WishOf(name));
        var handler = new SoakHandler(queue, new ProgressReporter(dataSource, queue.Notifier), new Publication(queue, blobs, state), state);
        await using var listener = new QueueListener(dataSource, Notifier.JobsChannel);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var done = new CancellationTokenSource();
        using var hardStop = new CancellationTokenSource();
        await using var bounded = ending.Token.Register(() => hardStop.CancelAfter(Farewell));
        var claiming = new ClaimLoop(queue, blobs, handler, state).RunAsync(ending.Token, hardStop.Token);
        Task[] others =
        [
            lease.RunAsync(done.Token), new ReapLoop(new Reaper(dataSource, queue.Notifier), state, log).RunAsync(done.Token),
            new SignalLoop(listener, state).RunAsync(done.Token),
        ];
        // None ends by itself: one that does has met a fault, which then ends the process.
        if (await Task.WhenAny([claiming, .. others]) != claiming)
        {
            await ending.CancelAsync();
        }

        await claiming.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await done.CancelAsync();
        await Task.WhenAll([claiming, .. others]);
        await registry.UnregisterAsync(description.WorkerId, CancellationToken.None);
    }
}

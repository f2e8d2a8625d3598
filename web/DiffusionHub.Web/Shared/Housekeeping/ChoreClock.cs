using DiffusionHub.Queue;
using Quartz;

namespace DiffusionHub.Web.Shared.Housekeeping;

/// <summary>
/// This node's part of the clock that all web nodes share through the database. A node whose database is away begins without a clock and
/// tries again; one that dies is replaced by the others.
/// </summary>
internal sealed partial class ChoreClock(ISchedulerFactory factory, ChoreRunner runner, Queue.Housekeeping house, TimeProvider time, ILogger<ChoreClock> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private IScheduler? _scheduler;

    /// <summary>Every chore with its last and next run.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public async Task<IReadOnlyList<ChoreView>> ReadAsync(CancellationToken cancellationToken)
    {
        var last = (await house.ReadAsync(cancellationToken)).ToDictionary(r => r.Name, StringComparer.Ordinal);
        if (_scheduler is null)
        {
            // This node's clock is about to begin; what the chores did last is known all the same.
            return [.. runner.Chores.Select(c => new ChoreView(c.Name, last.GetValueOrDefault(c.Name), Next: null, Enabled: true, Running: false))];
        }

        return await AskAsync(
            async scheduler =>
            {
                var views = new List<ChoreView>();
                foreach (var chore in runner.Chores)
                {
                    var key = new TriggerKey(chore.Name);
                    var trigger = await scheduler.GetTrigger(key, cancellationToken);
                    var state = await scheduler.GetTriggerState(key, cancellationToken);
                    var enabled = state is not TriggerState.Paused;
                    views.Add(new ChoreView(
                        chore.Name, last.GetValueOrDefault(chore.Name), enabled ? trigger?.NextFireTimeUtc : null, enabled,
                        state is TriggerState.Blocked or TriggerState.Executing));
                }

                return (IReadOnlyList<ChoreView>)views;
            });
    }

    /// <summary>Runs a chore as soon as a node is free for it, switched on or not.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public Task RunNowAsync(string name, CancellationToken cancellationToken) => AskAsync(
        async scheduler =>
        {
            await scheduler.TriggerJob(new JobKey(name), cancellationToken: cancellationToken);
            return true;
        });

    /// <summary>Switches a chore on or off, on all nodes and for good.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public Task EnableAsync(string name, bool on, CancellationToken cancellationToken) => AskAsync(
        async scheduler =>
        {
            await (on ? scheduler.ResumeTrigger(new TriggerKey(name), cancellationToken) : scheduler.PauseTrigger(new TriggerKey(name), cancellationToken));
            return true;
        });

    /// <summary>Begins to take part; true once it does.</summary>
    internal async Task<bool> TryStartAsync(CancellationToken cancellationToken)
    {
        try
        {
            var scheduler = await factory.GetScheduler(cancellationToken);
            foreach (var chore in runner.Chores)
            {
                await ChoreSchedule.PutAsync(scheduler, chore, cancellationToken);
            }

            await scheduler.Start(cancellationToken);
            _scheduler = scheduler;
            return true;
        }
        catch (Exception e) when (e is SchedulerException || QueueDatabase.IsUnavailable(e))
        {
            LogNoClock(logger, e);
            return false;
        }
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_scheduler is { } scheduler)
        {
            await scheduler.Shutdown(waitForJobsToComplete: true, cancellationToken);
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!await TryStartAsync(stoppingToken))
        {
            await Task.Delay(Pause, time, stoppingToken);
        }
    }

    private async Task<T> AskAsync<T>(Func<IScheduler, Task<T>> ask)
    {
        try
        {
            return await ask(_scheduler ?? throw new SchedulerException(HousekeepingTexts.NotYet));
        }
        catch (Exception e) when (e is SchedulerException || QueueDatabase.IsUnavailable(e))
        {
            throw new QueueUnavailableException(e);
        }
    }

    [LoggerMessage(EventId = 122, Level = LogLevel.Warning, Message = "Housekeeping cannot begin on this node yet; it tries again in a moment.")]
    private static partial void LogNoClock(ILogger logger, Exception exception);
}

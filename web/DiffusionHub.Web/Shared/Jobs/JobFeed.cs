using DiffusionHub.Queue;
using DiffusionHub.Web.Shared.Data;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.Web.Shared.Jobs;

/// <summary>
/// What this web node tells its watchers. One listener hears the queue's hints for the whole node; what changed is read once,
/// however many look, and handed to each watcher's mailbox. Jobs that nobody here watches are not read at all.
/// </summary>
internal sealed partial class JobFeed(
    JobQueue queue, QueueListener listener, HubDatabase database, TimeProvider time, ILogger<JobFeed> logger) : BackgroundService
{
    // Places in line move with every claim: telling everyone each time would cost more than the pictures.
    private static readonly TimeSpan PositionPause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<JobSubscription> _watchers = [];
    private readonly List<FeedPulse> _pulses = [];

    // Latest preview seen of each processing job, so that only new ones travel from the database.
    private readonly Dictionary<long, int> _seen = [];
    private CancellationToken _stopping = CancellationToken.None;
    private ITimer? _positionTimer;
    private int _positionsDue;

    /// <summary>Watches one owner's jobs from now on. Dispose it to stop.</summary>
    public JobSubscription Watch(Guid ownerId)
    {
        var subscription = new JobSubscription(ownerId, Forget);
        lock (_gate)
        {
            _watchers.Add(subscription);
        }

        return subscription;
    }

    /// <summary>Says whenever anything changed, for pages that read everything again. Dispose it to stop.</summary>
    public FeedPulse WatchPulse()
    {
        var pulse = new FeedPulse(time, Forget);
        lock (_gate)
        {
            _pulses.Add(pulse);
        }

        return pulse;
    }

    /// <summary>Jobs as they stand, previews included; unknown ids are left out.</summary>
    public async Task<IReadOnlyList<JobUpdate>> ReadAsync(IReadOnlyCollection<long> jobIds, CancellationToken cancellationToken) =>
        await WithPicturesAsync(await queue.ReadJobsAsync(jobIds, NothingSeen, cancellationToken), cancellationToken);

    /// <summary>An owner's live jobs and the newest <paramref name="ended"/> others, previews included.</summary>
    public async Task<IReadOnlyList<JobUpdate>> ReadBoardAsync(Guid ownerId, int ended, CancellationToken cancellationToken)
    {
        var live = await queue.ReadActiveAsync(ownerId, NothingSeen, cancellationToken);
        var recent = ended > 0 ? await queue.ListAsync(new JobFilter(OwnerId: ownerId, Limit: ended), cancellationToken) : [];
        return await WithPicturesAsync([.. live, .. recent.ExceptBy(live.Select(j => j.JobId), j => j.JobId)], cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _stopping = stoppingToken;
        await using var timer = time.CreateTimer(_ => _ = PositionsAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _positionTimer = timer;
        await foreach (var signal in listener.ReadAsync(stoppingToken))
        {
            try
            {
                await HandleAsync(signal, stoppingToken);
            }
            catch (QueueUnavailableException e)
            {
                // The listener notices the lost database too, and says "catch up" once it is back.
                LogLost(logger, e);
            }
        }
    }

    private static readonly IReadOnlyDictionary<long, int> NothingSeen = new Dictionary<long, int>();

    private async Task HandleAsync(QueueSignal signal, CancellationToken cancellationToken)
    {
        var owners = Owners();
        if (owners.Count > 0)
        {
            if (signal.CatchUp)
            {
                foreach (var owner in owners)
                {
                    Post(await ReadBoardAsync(owner, ended: 50, cancellationToken));
                }
            }
            else if (signal.Changed.Count + signal.Progressed.Count > 0)
            {
                var ids = signal.Changed.Union(signal.Progressed).ToList();
                Post(await WithPicturesAsync(await queue.ReadJobsAsync(ids, _seen, cancellationToken), cancellationToken));
            }

            if (signal.Changed.Count > 0 && Interlocked.Exchange(ref _positionsDue, 1) == 0)
            {
                _positionTimer?.Change(PositionPause, Timeout.InfiniteTimeSpan);
            }
        }

        lock (_gate)
        {
            _pulses.ForEach(p => p.Ring());
        }
    }

    private async Task PositionsAsync()
    {
        Volatile.Write(ref _positionsDue, 0);
        try
        {
            foreach (var owner in Owners())
            {
                var waiting = (await queue.ReadActiveAsync(owner, knownSeq: null, _stopping)).Where(j => j.Position is not null);
                Post([.. waiting.Select(j => new JobUpdate(j, Picture: null))]);
            }
        }
        catch (QueueUnavailableException e)
        {
            LogLost(logger, e);
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    private HashSet<Guid> Owners()
    {
        lock (_gate)
        {
            return [.. _watchers.Select(w => w.OwnerId)];
        }
    }

    private void Post(IReadOnlyList<JobUpdate> updates)
    {
        foreach (var job in updates.Select(u => u.Job))
        {
            if (job.State == Domain.Jobs.JobState.Processing)
            {
                _seen[job.JobId] = job.Seq;
            }
            else
            {
                _seen.Remove(job.JobId);
            }
        }

        lock (_gate)
        {
            foreach (var watcher in _watchers)
            {
                watcher.Post(updates.Where(u => u.Job.OwnerId == watcher.OwnerId));
            }
        }
    }

    private async Task<IReadOnlyList<JobUpdate>> WithPicturesAsync(IReadOnlyList<JobView> jobs, CancellationToken cancellationToken)
    {
        var done = jobs.Where(j => j.State == Domain.Jobs.JobState.Succeeded).Select(j => j.JobId).ToList();
        if (done.Count == 0)
        {
            return [.. jobs.Select(j => new JobUpdate(j, Picture: null))];
        }

        var pictures = await database.RunAsync(
            hub => hub.Pictures.AsNoTracking().Where(p => done.Contains(p.JobId)).ToDictionaryAsync(p => p.JobId, cancellationToken), cancellationToken);
        return [.. jobs.Select(j => new JobUpdate(j, pictures.GetValueOrDefault(j.JobId)))];
    }

    private void Forget(JobSubscription subscription)
    {
        lock (_gate)
        {
            _watchers.Remove(subscription);
        }
    }

    private void Forget(FeedPulse pulse)
    {
        lock (_gate)
        {
            _pulses.Remove(pulse);
        }
    }

    [LoggerMessage(EventId = 100, Level = LogLevel.Warning, Message = "The feed could not read what changed; it reads everything again once the database is back.")]
    private static partial void LogLost(ILogger logger, Exception exception);
}

using System.Threading.Channels;
using DiffusionHub.Domain.Jobs;
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
    private const int CatchUpEnded = 50;
    private static readonly TimeSpan MissedPause = TimeSpan.FromMilliseconds(500);
    private static readonly IReadOnlyDictionary<long, int> NothingSeen = new Dictionary<long, int>();

    private readonly Lock _gate = new();
    private readonly List<JobSubscription> _watchers = [];
    private readonly List<FeedPulse> _pulses = [];

    // Everything that is posted goes through one loop, so that an older state never overtakes a newer one.
    private readonly Channel<QueueSignal?> _turns = Channel.CreateUnbounded<QueueSignal?>(new UnboundedChannelOptions { SingleReader = true });

    // The loop's own: latest preview seen of each job that was posted as live (0: none), so that only new ones travel from the database,
    // and so that a job which ended unheard is asked for again.
    private readonly Dictionary<long, int> _live = [];
    private bool _missed;
    private bool _positionsDue;

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

    /// <summary>An owner's live jobs and the newest <paramref name="ended"/> ended ones, previews included.</summary>
    public async Task<IReadOnlyList<JobUpdate>> ReadBoardAsync(Guid ownerId, int ended, CancellationToken cancellationToken)
    {
        var live = await queue.ReadActiveAsync(ownerId, NothingSeen, cancellationToken: cancellationToken);
        var recent = ended > 0 ? await queue.ListAsync(new JobFilter(OwnerId: ownerId, Limit: ended, EndedOnly: true), cancellationToken) : [];
        return await WithPicturesAsync([.. live, .. recent.ExceptBy(live.Select(j => j.JobId), j => j.JobId)], cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var listening = ListenAsync(stoppingToken);
        await foreach (var signal in _turns.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await HandleAsync(signal, stoppingToken);
            }
            catch (QueueUnavailableException e)
            {
                LogLost(logger, e);
                _missed = true;
                TurnAfter(MissedPause, stoppingToken);
            }
        }

        await listening;
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        await foreach (var signal in listener.ReadAsync(cancellationToken))
        {
            await _turns.Writer.WriteAsync(signal, cancellationToken);
        }
    }

    // A turn without a signal: what is due is done.
    private void TurnAfter(TimeSpan pause, CancellationToken cancellationToken) =>
        _ = Task.Delay(pause, time, cancellationToken).ContinueWith(_ => _turns.Writer.TryWrite(null), CancellationToken.None, TaskContinuationOptions.NotOnCanceled, TaskScheduler.Default);

    private async Task HandleAsync(QueueSignal? signal, CancellationToken cancellationToken)
    {
        var owners = Owners();
        if (owners.Count == 0)
        {
            // Nobody looks: whoever comes reads for himself.
            _live.Clear();
            _missed = false;
        }
        else if (_missed || signal is { CatchUp: true })
        {
            await CatchUpAsync(owners, cancellationToken);
            _missed = false;
        }
        else if (signal is null)
        {
            await PositionsAsync(owners, cancellationToken);
        }
        else if (signal.Changed.Count + signal.Progressed.Count > 0)
        {
            var ids = signal.Changed.Union(signal.Progressed).ToList();
            Post(await WithPicturesAsync(await queue.ReadJobsAsync(ids, _live, cancellationToken), cancellationToken));
            if (signal.Changed.Count > 0 && !_positionsDue)
            {
                _positionsDue = true;
                TurnAfter(PositionPause, cancellationToken);
            }
        }

        lock (_gate)
        {
            _pulses.ForEach(p => p.Ring());
        }
    }

    private async Task CatchUpAsync(IEnumerable<Guid> owners, CancellationToken cancellationToken)
    {
        foreach (var owner in owners)
        {
            Post(await ReadBoardAsync(owner, CatchUpEnded, cancellationToken));
        }

        Post(await ReadAsync([.. _live.Keys], cancellationToken));
    }

    private async Task PositionsAsync(IEnumerable<Guid> owners, CancellationToken cancellationToken)
    {
        _positionsDue = false;
        foreach (var owner in owners)
        {
            var waiting = (await queue.ReadActiveAsync(owner, cancellationToken: cancellationToken)).Where(j => j.Position is not null);
            Post([.. waiting.Select(j => new JobUpdate(j, Picture: null))]);
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
            if (job.State is JobState.Scheduled or JobState.Enqueued or JobState.Processing)
            {
                _live[job.JobId] = job.Seq;
            }
            else
            {
                _live.Remove(job.JobId);
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
        var done = jobs.Where(j => j.State == JobState.Succeeded).Select(j => j.JobId).ToList();
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

    [LoggerMessage(EventId = 100, Level = LogLevel.Warning, Message = "The feed could not read what changed; it reads everything again in a moment.")]
    private static partial void LogLost(ILogger logger, Exception exception);
}

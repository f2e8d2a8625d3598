using System.Diagnostics;
using System.Threading.Channels;
using DiffusionHub.Domain.Jobs;
using DiffusionHub.Queue;
using DiffusionHub.Telemetry;
using DiffusionHub.Web.Shared.Data;

namespace DiffusionHub.Web.Shared.Jobs;

/// <summary>
/// What this web node tells its watchers. One listener hears the queue's hints for the whole node; what changed is read once,
/// however many look, and handed to each watcher's mailbox. Jobs that nobody here watches are not read at all.
/// </summary>
internal sealed partial class JobFeed(
    JobQueue queue, QueueListener listener, HubDatabase database, TimeProvider time, ILogger<JobFeed> logger) : BackgroundService
{
    private const int CatchUpEnded = 50;
    private static readonly TimeSpan MissedPause = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly List<JobSubscription> _watchers = [];
    private readonly List<FeedPulse> _pulses = [];

    // Everything that is posted goes through one loop, so that an older state never overtakes a newer one.
    private readonly Channel<Turn> _turns = Channel.CreateUnbounded<Turn>(new UnboundedChannelOptions { SingleReader = true });

    // The loop's own: latest preview seen of each job that was posted as live (0: none), so that only new ones travel from the database,
    // and so that a job which ended unheard is asked for again.
    private readonly Dictionary<long, int> _live = [];
    private readonly WaitingLine _line = new(time);
    private bool _missed;

    /// <summary>
    /// Watches one owner's jobs from now on. Dispose it to stop. Places and starts of jobs that wait already are told of from the next
    /// <see cref="ReadBoardAsync"/> of that owner on.
    /// </summary>
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

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var listening = ListenAsync(over.Token);
        try
        {
            await TakeTurnsAsync(stoppingToken);
        }
        finally
        {
            // Whoever disposes the listener next must not find somebody waiting on its connection.
            await over.CancelAsync();
            await Task.WhenAny(listening);
        }
    }

    private async Task TakeTurnsAsync(CancellationToken cancellationToken)
    {
        // A turn without anything: what is due is done.
        await using var alarm = time.CreateTimer(_ => _turns.Writer.TryWrite(default), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await foreach (var turn in _turns.Reader.ReadAllAsync(cancellationToken))
        {
            try
            {
                await HandleAsync(turn, cancellationToken);
            }
            catch (QueueUnavailableException e)
            {
                LogLost(logger, e);
                _missed = true;
            }

            alarm.Change(_missed ? MissedPause : _line.DueIn ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        await foreach (var signal in listener.ReadAsync(cancellationToken))
        {
            await _turns.Writer.WriteAsync(new Turn(signal), cancellationToken);
        }
    }

    private async Task HandleAsync(Turn turn, CancellationToken cancellationToken)
    {
        var owners = Owners();
        var again = _missed || turn.Signal is { CatchUp: true };
        if (owners.Count == 0)
        {
            // Nobody looks: whoever comes reads for himself.
            _live.Clear();
            _line.Clear();
        }
        else if (again)
        {
            await CatchUpAsync(owners, cancellationToken);
        }
        else if (turn.Signal is { } signal)
        {
            await HearAsync(signal, owners, cancellationToken);
        }
        else
        {
            _line.TakeShown((turn.Shown ?? []).Where(u => owners.Contains(u.Job.OwnerId)));
        }

        _missed = false;
        if (_line.IsDue)
        {
            await ForetellAsync(owners, cancellationToken);
        }

        if (again || turn.Signal is not null)
        {
            lock (_gate)
            {
                _pulses.ForEach(p => p.Ring());
            }
        }
    }

    private async Task HearAsync(QueueSignal signal, HashSet<Guid> owners, CancellationToken cancellationToken)
    {
        if (signal.Changed.Count + signal.Progressed.Count > 0)
        {
            var jobs = await queue.ReadJobsAsync([.. signal.Changed.Union(signal.Progressed)], _live, cancellationToken);
            Post(_line.Take(await WithPicturesAsync(jobs, cancellationToken), owners));
        }

        if (signal.Changed.Count > 0 || signal.Lanes)
        {
            _line.Moved();
        }
    }

    private async Task CatchUpAsync(HashSet<Guid> owners, CancellationToken cancellationToken)
    {
        foreach (var owner in owners)
        {
            Post(_line.Take(await BoardAsync(owner, CatchUpEnded, cancellationToken), owners));
        }

        Post(_line.Take(await ReadAsync([.. _live.Keys], cancellationToken), owners));
    }

    private async Task ForetellAsync(HashSet<Guid> owners, CancellationToken cancellationToken)
    {
        var asked = _line.Ask(owners);
        if (asked.Count > 0)
        {
            var jobs = await queue.ReadJobsAsync(asked, cancellationToken: cancellationToken);
            Post(_line.TakeRead(asked, await ForetellAsync([.. jobs.Select(j => new JobUpdate(j, Picture: null))], cancellationToken)));
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
            else if (_live.Remove(job.JobId))
            {
                // The end of a request's way: from here it goes to the browsers.
                JobTrace.Begin("hub.push", job.GroupId, ActivityKind.Producer)?.Dispose();
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

    // What the loop does next: hears a signal, or learns what a page has read by itself.
    private readonly record struct Turn(QueueSignal? Signal = null, IReadOnlyList<JobUpdate>? Shown = null);

    [LoggerMessage(EventId = 100, Level = LogLevel.Warning, Message = "The feed could not read what changed; it reads everything again in a moment.")]
    private static partial void LogLost(ILogger logger, Exception exception);
}

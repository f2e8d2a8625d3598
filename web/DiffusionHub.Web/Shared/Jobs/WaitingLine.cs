using DiffusionHub.Domain.Jobs;
using DiffusionHub.Queue;

namespace DiffusionHub.Web.Shared.Jobs;

/// <summary>What the watchers of this node were told of their waiting jobs, and when to look again. The feed's loop alone uses it.</summary>
internal sealed class WaitingLine(TimeProvider time)
{
    /// <summary>Of one person's waiting jobs the first so many are foretold: a change of the 300th place is worth nobody's statement.</summary>
    public const int Most = 200;

    /// <summary>Places move with every claim: telling everyone each time would cost more than the pictures.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Although nothing was heard: what runs may take longer than was thought, a limit was raised, a worker has gone.</summary>
    public static readonly TimeSpan Refresh = TimeSpan.FromSeconds(5);

    // Where reading is slow, as behind 50,000 jobs on a busy server, it takes at most a tenth of the time.
    private const int Effort = 10;

    // Nobody minds a start that is foretold this much earlier or later.
    private static readonly TimeSpan Unnoticed = TimeSpan.FromSeconds(1);
    private const double UnnoticedPart = 0.1;

    private readonly Dictionary<long, JobUpdate> _told = [];
    private TimeSpan _least = Pause;
    private long _askedAt;
    private long? _readAt;
    private bool _moved;

    /// <summary>In how long the line is to be read; null while nobody watches a waiting job.</summary>
    public TimeSpan? DueIn => _told.Count == 0 ? null : _readAt is { } read ? Rest(read) : TimeSpan.Zero;

    /// <summary>True when it is time to read.</summary>
    public bool IsDue => DueIn == TimeSpan.Zero;

    /// <summary>True for a job that has not begun.</summary>
    public static bool Waits(JobView job) => job.State is JobState.Scheduled or JobState.Enqueued;

    /// <summary>Somebody came, began or went; or a lane was paused or resumed: the others have moved.</summary>
    public void Moved() => _moved = true;

    /// <summary>Nobody watches any more.</summary>
    public void Clear() => _told.Clear();

    /// <summary>Takes what a page has read by itself. What the feed told before stays, so that others who were told that still hear the difference.</summary>
    public void TakeShown(IEnumerable<JobUpdate> updates)
    {
        if (_told.Count == 0)
        {
            (_readAt, _moved) = (time.GetTimestamp(), false);
        }

        foreach (var update in updates.Where(u => Waits(u.Job)))
        {
            _told.TryAdd(update.Job.JobId, update);
        }
    }

    /// <summary>Takes what will be told now; what was read without a foretold start keeps the one that it had.</summary>
    public IReadOnlyList<JobUpdate> Take(IEnumerable<JobUpdate> updates, IReadOnlySet<Guid> owners) => [.. updates.Select(u => Take(u, owners))];

    /// <summary>The waiting jobs of these people, to be read now.</summary>
    public IReadOnlyList<long> Ask(IReadOnlySet<Guid> owners)
    {
        _askedAt = time.GetTimestamp();
        Remove(u => !owners.Contains(u.Job.OwnerId));
        return [.. _told.Values.GroupBy(u => u.Job.OwnerId).SelectMany(g => g.Select(u => u.Job.JobId).Order().Take(Most))];
    }

    /// <summary>Takes what was read; returns what people would notice.</summary>
    public IReadOnlyList<JobUpdate> TakeRead(IReadOnlyList<long> asked, IReadOnlyList<JobUpdate> read)
    {
        (_readAt, _moved) = (time.GetTimestamp(), false);
        var slow = Effort * time.GetElapsedTime(_askedAt);
        _least = slow > Pause ? slow : Pause;
        // What has begun or ended meanwhile is told by its own signal.
        var waiting = read.Where(u => Waits(u.Job)).ToList();
        foreach (var gone in asked.Except(waiting.Select(u => u.Job.JobId)))
        {
            _told.Remove(gone);
        }

        var news = waiting.Where(u => !_told.TryGetValue(u.Job.JobId, out var told) || Differ(told, u)).ToList();
        news.ForEach(u => _told[u.Job.JobId] = u);
        return news;
    }

    private TimeSpan Rest(long read)
    {
        var pause = _moved || _least > Refresh ? _least : Refresh;
        var rest = pause - time.GetElapsedTime(read);
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }

    private JobUpdate Take(JobUpdate update, IReadOnlySet<Guid> owners)
    {
        var job = update.Job;
        if (!Waits(job) || !owners.Contains(job.OwnerId))
        {
            _told.Remove(job.JobId);
            return update;
        }

        var known = _told.GetValueOrDefault(job.JobId);
        var told = update.StartsAt is null && known?.Job.WaitsFor == job.WaitsFor ? update with { StartsAt = known?.StartsAt } : update;
        return _told[job.JobId] = told;
    }

    private bool Differ(JobUpdate told, JobUpdate now)
    {
        if ((told.Job.State, told.Job.Position, told.Job.WaitsFor) != (now.Job.State, now.Job.Position, now.Job.WaitsFor))
        {
            return true;
        }

        if (told.StartsAt is not { } before || now.StartsAt is not { } after)
        {
            return told.StartsAt != now.StartsAt;
        }

        var moved = (after - before).Duration();
        return moved > Unnoticed && moved > UnnoticedPart * (after - time.GetUtcNow());
    }

    private void Remove(Predicate<JobUpdate> those)
    {
        foreach (var id in _told.Values.Where(u => those(u)).Select(u => u.Job.JobId).ToList())
        {
            _told.Remove(id);
        }
    }
}

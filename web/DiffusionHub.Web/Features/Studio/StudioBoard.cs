using DiffusionHub.Domain.Jobs;
using DiffusionHub.Web.Shared.Jobs;

namespace DiffusionHub.Web.Features.Studio;

/// <summary>
/// The jobs that one Studio page shows, grouped by request, newest first. Fed by updates in any order: an ended job stays ended.
/// </summary>
internal sealed class StudioBoard
{
    /// <summary>Ended jobs beyond this many leave the board; the Gallery has them all.</summary>
    public const int Most = 48;

    private readonly Dictionary<long, StudioJob> _jobs = [];
    private readonly HashSet<long> _told = [];

    public IEnumerable<IReadOnlyList<StudioJob>> Groups => _jobs.Values
        .GroupBy(j => j.GroupId)
        .Select(g => (IReadOnlyList<StudioJob>)[.. g.OrderBy(j => j.JobId)])
        .OrderByDescending(g => g[^1].JobId);

    public IReadOnlyCollection<StudioJob> Jobs => _jobs.Values;

    public int LiveCount => _jobs.Values.Count(j => j.IsLive);

    /// <summary>Starts again from what a prerendered page had stored.</summary>
    public void Restore(IEnumerable<StudioJob> jobs)
    {
        foreach (var job in jobs)
        {
            _jobs[job.JobId] = job;
        }
    }

    /// <summary>Takes what was read from the database; what the feed has told meanwhile is newer and stays.</summary>
    public void ApplyRead(IEnumerable<JobUpdate> read) => Take(read.Where(update => !_told.Contains(update.Job.JobId)));

    /// <summary>Takes what the feed tells.</summary>
    public void Apply(IReadOnlyList<JobUpdate> updates)
    {
        _told.UnionWith(updates.Select(update => update.Job.JobId));
        Take(updates);
    }

    private void Take(IEnumerable<JobUpdate> updates)
    {
        foreach (var update in updates)
        {
            var known = _jobs.GetValueOrDefault(update.Job.JobId);
            if (known is { IsLive: false } && update.Job.State is JobState.Scheduled or JobState.Enqueued or JobState.Processing)
            {
                continue;
            }

            _jobs[update.Job.JobId] = StudioJob.From(update, known);
        }

        foreach (var old in _jobs.Values.Where(j => !j.IsLive).OrderByDescending(j => j.JobId).Skip(Most).ToList())
        {
            _jobs.Remove(old.JobId);
            _told.Remove(old.JobId);
        }
    }
}

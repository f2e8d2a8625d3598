using DiffusionHub.Queue;
using DiffusionHub.Web.Shared.Jobs;

namespace DiffusionHub.Web.Features.Admin.Queue;

/// <summary>When the waiting jobs of a page will start: read at most once a second, however often the page is.</summary>
internal sealed class ForetoldStarts
{
    private Dictionary<long, DateTimeOffset> _starts = [];
    private long? _readAt;

    /// <summary>When it will start; null: nobody can say.</summary>
    public DateTimeOffset? Of(JobView job) => _starts.TryGetValue(job.JobId, out var start) ? start : null;

    /// <summary>Reads them again where it is time to.</summary>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public async Task ReadAsync(JobQueue queue, TimeProvider time, IEnumerable<JobView> jobs, CancellationToken cancellationToken)
    {
        if (_readAt is { } read && time.GetElapsedTime(read) < WaitingLine.Pause)
        {
            return;
        }

        var etas = await queue.ReadEtasAsync([.. jobs.Where(WaitingLine.Waits).Select(j => j.JobId)], cancellationToken);
        var now = time.GetUtcNow();
        (_starts, _readAt) = (etas.ToDictionary(e => e.Key, e => now + e.Value), time.GetTimestamp());
    }
}

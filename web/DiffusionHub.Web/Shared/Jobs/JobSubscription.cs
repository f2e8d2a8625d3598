using System.Threading.Channels;

namespace DiffusionHub.Web.Shared.Jobs;

/// <summary>
/// One watcher's mailbox: the latest state of each job that changed. A slow watcher skips steps in between; it never falls behind and
/// never holds memory for more than one state a job.
/// </summary>
internal sealed class JobSubscription : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, JobUpdate> _latest = [];
    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Action<JobSubscription> _ended;

    public JobSubscription(Guid ownerId, Action<JobSubscription> ended)
    {
        OwnerId = ownerId;
        _ended = ended;
    }

    /// <summary>Whose jobs.</summary>
    public Guid OwnerId { get; }

    /// <summary>Changed jobs, oldest id first, as they come; ends when the subscription is disposed.</summary>
    public async IAsyncEnumerable<IReadOnlyList<JobUpdate>> ReadAllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await _bell.Reader.WaitToReadAsync(cancellationToken))
        {
            _bell.Reader.TryRead(out _);
            List<JobUpdate> changed;
            lock (_gate)
            {
                changed = [.. _latest.Values.OrderBy(u => u.Job.JobId)];
                _latest.Clear();
            }

            if (changed.Count > 0)
            {
                yield return changed;
            }
        }
    }

    /// <summary>Puts newer states in; called by the feed.</summary>
    public void Post(IEnumerable<JobUpdate> updates)
    {
        lock (_gate)
        {
            foreach (var update in updates)
            {
                _latest[update.Job.JobId] = update;
            }
        }

        _bell.Writer.TryWrite(true);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _ended(this);
        _bell.Writer.TryComplete();
    }
}

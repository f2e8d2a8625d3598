using DiffusionHub.Queue;
using DiffusionHub.Web.Shared.Jobs;
using Xunit;

namespace DiffusionHub.Web.Tests;

/// <summary>A running feed with one watcher, who remembers everything that he was told, and the statements that it took.</summary>
internal sealed class WatchedFeed : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private readonly QueueListener _listener;
    private JobSubscription _subscription = null!;
    private IAsyncEnumerator<IReadOnlyList<JobUpdate>> _reader = null!;

    public WatchedFeed(JobFeed feed, QueueListener listener, Guid owner, string database)
    {
        (Feed, _listener, Statements) = (feed, listener, new Statements(database));
        Return(owner);
    }

    public JobFeed Feed { get; }

    public Statements Statements { get; }

    public List<JobUpdate> Seen { get; } = [];

    /// <summary>Reads on until something is told that is wanted.</summary>
    public async Task<JobUpdate> UntilAsync(Predicate<JobUpdate> wanted)
    {
        while (true)
        {
            await _reader.MoveNextAsync().AsTask().WaitAsync(Deadline);
            Seen.AddRange(_reader.Current);
            if (_reader.Current.FirstOrDefault(u => wanted(u)) is { } update)
            {
                return update;
            }
        }
    }

    public void Leave() => _subscription.Dispose();

    public void Return(Guid owner)
    {
        _subscription = Feed.Watch(owner);
        _reader = _subscription.ReadAllAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Leave();
        await Feed.StopAsync(CancellationToken.None);
        Feed.Dispose();
        await _listener.DisposeAsync();
        Statements.Dispose();
    }
}

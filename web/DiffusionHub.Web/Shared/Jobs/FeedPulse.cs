using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace DiffusionHub.Web.Shared.Jobs;

/// <summary>A bell that a page hears at most every quarter of a second, however often it is rung, and always after the last ring.</summary>
internal sealed class FeedPulse(TimeProvider time, Action<FeedPulse> ended) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Rings it.</summary>
    public void Ring() => _bell.Writer.TryWrite(true);

    /// <summary>One element for each time something changed.</summary>
    public async IAsyncEnumerable<bool> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await _bell.Reader.WaitToReadAsync(cancellationToken))
        {
            _bell.Reader.TryRead(out _);
            yield return true;
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        ended(this);
        _bell.Writer.TryComplete();
    }
}

using System.Globalization;
using DiffusionHub.Queue;
using DiffusionHub.Web.Shared.Jobs;
using Microsoft.AspNetCore.Components;

namespace DiffusionHub.Web.Features.Admin;

/// <summary>
/// A page that shows what is in the database now: reads once, and again whenever the feed says that something changed
/// (at most a few times a second). Nothing polls.
/// </summary>
public abstract class LivePage : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource _gone = new();

    /// <summary>True while the database does not answer: what is shown is the last that was read.</summary>
    protected bool Stale { get; private set; }

    /// <summary>Ends with the page.</summary>
    protected CancellationToken Gone => _gone.Token;

    [Inject] private JobFeed Feed { get; set; } = default!;

    /// <summary>Reads what the page shows.</summary>
    protected abstract Task ReadAsync(CancellationToken cancellationToken);

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        await TryReadAsync();
        if (RendererInfo.IsInteractive)
        {
            _ = FollowAsync();
        }
    }

    /// <summary>Does something that changes the database and shows the result.</summary>
    protected async Task DoAsync(Func<CancellationToken, Task> action)
    {
        try
        {
            await action(Gone);
        }
        catch (QueueUnavailableException)
        {
            Stale = true;
            return;
        }

        await TryReadAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        _gone.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Text with values, in the invariant culture.</summary>
    protected static string Format(string text, params object?[] values) => string.Format(CultureInfo.InvariantCulture, text, values);

    private async Task FollowAsync()
    {
        using var pulse = Feed.WatchPulse();
        try
        {
            await foreach (var _ in pulse.ReadAllAsync(Gone))
            {
                await InvokeAsync(async () =>
                {
                    await TryReadAsync();
                    StateHasChanged();
                });
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The page was left.
        }
    }

    private async Task TryReadAsync()
    {
        try
        {
            await ReadAsync(Gone);
            Stale = false;
        }
        catch (QueueUnavailableException)
        {
            Stale = true;
        }
    }
}

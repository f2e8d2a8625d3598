using System.Globalization;
using DiffusionHub.Domain.Requests;
using DiffusionHub.People.Audit;
using DiffusionHub.People.Roles;
using DiffusionHub.Queue;
using DiffusionHub.Web.Shared.Data;
using DiffusionHub.Web.Shared.Jobs;
using DiffusionHub.Web.Shared.People;
using Microsoft.AspNetCore.Components;

namespace DiffusionHub.Web.Features.Admin;

/// <summary>What an administrator did.</summary>
/// <param name="Action">One of <see cref="AuditActions"/>.</param>
/// <param name="Subject">To what.</param>
/// <param name="Detail">What it is now, or null.</param>
public sealed record Deed(string Action, string Subject, string? Detail = null);

/// <summary>
/// A page that shows what is in the database now: reads once, and again whenever the feed says that something changed
/// (at most a few times a second). The browser asks for nothing.
/// </summary>
public abstract class LivePage : ComponentBase, IAsyncDisposable
{
    // Cancelled when the page is left and never disposed: work that was under way may still ask for its token.
    private readonly CancellationTokenSource _gone = new();
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>True while the database does not answer: what is shown is the last that was read.</summary>
    protected bool Stale { get; private set; }

    /// <summary>Why the queue refused what was last asked of it, or null.</summary>
    protected string? Refused { get; private set; }

    /// <summary>Ends with the page.</summary>
    protected CancellationToken Gone => _gone.Token;

    [Inject] private JobFeed Feed { get; set; } = default!;

    [Inject] private TimeProvider Clock { get; set; } = default!;

    [Inject] private AuditLog Audit { get; set; } = default!;

    [Inject] private CurrentUser Me { get; set; } = default!;

    /// <summary>Who does it, for services that write the audit log themselves.</summary>
    protected Actor Actor => Me.Actor;

    /// <summary>Says why something was not done.</summary>
    protected void Refuse(FieldError? error) => Refused = error?.Message;

    /// <summary>How often the page is read again though nobody announced a change: what it shows of ages and heartbeats moves by itself.</summary>
    protected virtual TimeSpan Refresh => TimeSpan.FromSeconds(5);

    /// <summary>The role that acts here; looked at once more with each act, for a page that is still drawn may be no longer allowed.</summary>
    protected virtual string Needs => RoleNames.Admin;

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
    /// <param name="action">Does it.</param>
    /// <param name="deed">What the audit log says of it; null: it writes there itself, or changes nothing that matters.</param>
    /// <returns>True where it was done; false where it was refused or the database is away, which the page tells.</returns>
    protected async Task<bool> DoAsync(Func<CancellationToken, Task> action, Deed? deed = null)
    {
        Refused = null;
        if (!Me.Person.Is(Needs))
        {
            Refused = PeopleWebTexts.NotAllowed;
            return false;
        }

        try
        {
            await action(Gone);
            if (deed is not null)
            {
                await Audit.WriteAsync(Me.Actor, deed.Action, deed.Subject, deed.Detail is { } detail ? new Dictionary<string, string?>(StringComparer.Ordinal) { ["to"] = detail } : null);
            }
        }
        catch (QueueRefusedException e)
        {
            Refused = e.Message;
        }
        catch (Exception e) when (HubDatabase.IsAway(e))
        {
            Stale = true;
            return false;
        }

        await TryReadAsync();
        return Refused is null;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Text with values, in the invariant culture.</summary>
    protected static string Format(string text, params object?[] values) => string.Format(CultureInfo.InvariantCulture, text, values);

    private async Task FollowAsync()
    {
        using var pulse = Feed.WatchPulse();
        await using var refresh = Clock.CreateTimer(_ => pulse.Ring(), null, Refresh, Refresh);
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
        // One at a time: an older answer must not be shown over a newer one.
        await _turn.WaitAsync(Gone);
        try
        {
            await ReadAsync(Gone);
            Stale = false;
        }
        catch (Exception e) when (HubDatabase.IsAway(e))
        {
            Stale = true;
        }
        finally
        {
            _turn.Release();
        }
    }
}

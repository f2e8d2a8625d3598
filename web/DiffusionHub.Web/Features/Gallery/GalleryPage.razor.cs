using System.Globalization;
using DiffusionHub.Domain.Pictures;
using DiffusionHub.Queue;
using DiffusionHub.Web.Shared.Jobs;
using DiffusionHub.Web.Shared.People;
using DiffusionHub.Web.Shared.Ui;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace DiffusionHub.Web.Features.Gallery;

/// <summary>The wall of an owner's pictures: endless scroll downwards, new pictures arrive at the top by themselves.</summary>
public sealed partial class GalleryPage
{
    // Cancelled when the page is left and never disposed: work that was under way may still ask for its token.
    private readonly CancellationTokenSource _gone = new();
    private readonly SemaphoreSlim _loading = new(1);
    private JobSubscription? _subscription;
    private IJSObjectReference? _script;
    private DotNetObjectReference<GalleryPage>? _self;
    private ElementReference _end;
    private Guid? _open;

    /// <summary>The picture whose detail lies over the wall.</summary>
    [Parameter] public Guid? PictureId { get; set; }

    /// <summary>Where the prerendered page left what it showed.</summary>
    [PersistentState] public string? HandoffKey { get; set; }

    // What is on the wall; null until the first page is there.
    private List<WallPicture>? Pictures { get; set; }

    private int Total { get; set; }

    // Whether older ones are left.
    private bool HasMore { get; set; }

    [Inject] private PrerenderHandoff Handoff { get; set; } = default!;

    [Inject] private GalleryPictures Source { get; set; } = default!;
    [Inject] private JobFeed Feed { get; set; } = default!;
    [Inject] private CurrentUser Me { get; set; } = default!;
    [Inject] private IJSRuntime Js { get; set; } = default!;

    /// <summary>Called by the browser when the end of the wall comes near.</summary>
    /// <returns>Whether older pictures are left.</returns>
    [JSInvokable]
    public async Task<bool> LoadMoreAsync()
    {
        await _loading.WaitAsync(_gone.Token);
        try
        {
            if (HasMore && Pictures is [.., var oldest])
            {
                Add(await Source.PageAsync(Me.Id, oldest.Id, GalleryPictures.PageSize, _gone.Token));
                StateHasChanged();
            }
        }
        finally
        {
            _loading.Release();
        }

        return HasMore;
    }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        if (RendererInfo.IsInteractive)
        {
            _subscription = Feed.Watch(Me.Id);
            _ = FollowAsync(_subscription);
        }

        if (Handoff.Take<Shown>(HandoffKey) is { } shown)
        {
            Total = shown.Total;
            Pictures = [];
            Add(shown.Newest);
            await CatchUpAsync();
        }
        else
        {
            await ReadFirstAsync();
        }
    }

    // What was published between the prerendered page and the subscription.
    private async Task CatchUpAsync()
    {
        try
        {
            Prepend(await Source.PageAsync(Me.Id, before: null, GalleryPictures.PageSize, _gone.Token));
        }
        catch (QueueUnavailableException)
        {
            // The feed brings them once the database is back.
        }
    }

    private async Task ReadFirstAsync()
    {
        try
        {
            var newest = await Source.PageAsync(Me.Id, before: null, GalleryPictures.PageSize, _gone.Token);
            Total = await Source.CountAsync(Me.Id, _gone.Token);
            Pictures = [];
            Add(newest);
            if (!RendererInfo.IsInteractive)
            {
                HandoffKey = Handoff.Put(new Shown(newest, Total));
            }
        }
        catch (QueueUnavailableException) when (RendererInfo.IsInteractive)
        {
            // The feed brings the newest once the database is back; see FollowAsync.
        }
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_self is null && Pictures is { Count: > 0 })
        {
            _self = DotNetObjectReference.Create(this);
            _script = await Js.InvokeAsync<IJSObjectReference>("import", _gone.Token, "./js/gallery.js");
            await _script.InvokeVoidAsync("watchEnd", _gone.Token, _end, _self);
        }

        // After the wall was drawn reachable again: an inert picture takes no focus.
        var closed = PictureId is null ? _open : null;
        _open = PictureId;
        if (closed is { } id && _script is not null)
        {
            await _script.InvokeVoidAsync("focusPicture", _gone.Token, id);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _subscription?.Dispose();
        await _gone.CancelAsync();
        _self?.Dispose();
        if (_script is not null)
        {
            try
            {
                await _script.InvokeVoidAsync("stop");
                await _script.DisposeAsync();
            }
            catch (JSDisconnectedException)
            {
                // The browser is gone, and its script with it.
            }
        }

    }

    private sealed record Shown(List<Picture> Newest, int Total);

    private static string Format(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);

    private void Add(List<Picture> page)
    {
        Pictures!.AddRange(page.Where(p => Pictures.TrueForAll(known => known.Id != p.Id)).Select(WallPicture.From));
        HasMore = page.Count == GalleryPictures.PageSize;
    }

    private async Task FollowAsync(JobSubscription subscription)
    {
        await foreach (var updates in subscription.ReadAllAsync(CancellationToken.None))
        {
            if (Pictures is null)
            {
                await InvokeAsync(async () =>
                {
                    await ReadFirstAsync();
                    StateHasChanged();
                });
                continue;
            }

            var fresh = updates.Where(u => u.Picture is not null).Select(u => u.Picture!).ToList();
            if (fresh.Count > 0)
            {
                await InvokeAsync(() => Prepend(fresh));
            }
        }
    }

    private void Prepend(IEnumerable<Picture> fresh)
    {
        // What is older than the wall's newest is on the wall already, or comes with its page.
        var newest = Pictures is [var first, ..] ? first.Id : Guid.Empty;
        foreach (var picture in fresh.Where(p => Pictures is not null && p.Id.CompareTo(newest) > 0).OrderBy(p => p.Id))
        {
            Pictures!.Insert(0, WallPicture.From(picture));
            Total++;
        }

        StateHasChanged();
    }
}

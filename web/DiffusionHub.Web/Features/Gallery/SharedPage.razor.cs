using DiffusionHub.Queue;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace DiffusionHub.Web.Features.Gallery;

/// <summary>The wall of everybody's shared pictures: endless scroll downwards.</summary>
public sealed partial class SharedPage
{
    // Cancelled when the page is left and never disposed: work that was under way may still ask for its token.
    private readonly CancellationTokenSource _gone = new();
    private readonly SemaphoreSlim _loading = new(1);
    private List<WallPicture>? _pictures;
    private IJSObjectReference? _script;
    private DotNetObjectReference<SharedPage>? _self;
    private ElementReference _end;
    private bool _hasMore;
    private bool _away;

    /// <summary>The picture whose detail lies over the wall.</summary>
    [Parameter] public Guid? PictureId { get; set; }

    [Inject] private GalleryPictures Source { get; set; } = default!;
    [Inject] private IJSRuntime Js { get; set; } = default!;

    /// <summary>Called by the browser when the end of the wall comes near.</summary>
    /// <returns>Whether older pictures are left.</returns>
    [JSInvokable]
    public async Task<bool> LoadMoreAsync()
    {
        await _loading.WaitAsync(_gone.Token);
        try
        {
            if (_hasMore && _pictures is [.., var oldest])
            {
                await AddAsync(oldest.Id);
                StateHasChanged();
            }
        }
        finally
        {
            _loading.Release();
        }

        return _hasMore;
    }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        try
        {
            _pictures = [];
            await AddAsync(before: null);
        }
        catch (QueueUnavailableException) when (RendererInfo.IsInteractive)
        {
            _away = true;
        }
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_self is null && _pictures is { Count: > 0 })
        {
            _self = DotNetObjectReference.Create(this);
            _script = await Js.InvokeAsync<IJSObjectReference>("import", _gone.Token, "./js/gallery.js");
            await _script.InvokeVoidAsync("watchEnd", _gone.Token, _end, _self);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
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

    private async Task AddAsync(Guid? before)
    {
        var page = await Source.SharedPageAsync(before, GalleryPictures.PageSize, _gone.Token);
        var names = await Source.NamesAsync(page, _gone.Token);
        _pictures!.AddRange(page.Select(picture => WallPicture.From(picture, names.GetValueOrDefault(picture.OwnerId, ""))));
        _hasMore = page.Count == GalleryPictures.PageSize;
    }
}

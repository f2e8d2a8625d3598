using System.Globalization;
using System.Text.Json;
using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Queue;
using DiffusionHub.Web.Features.Gallery;
using DiffusionHub.Web.Features.Studio.Parts;
using DiffusionHub.Web.Shared.Jobs;
using DiffusionHub.Web.Shared.Models;
using DiffusionHub.Web.Shared.People;
using DiffusionHub.Web.Shared.Ui;
using DiffusionHub.Web.Shared.Uploads;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Radzen;

namespace DiffusionHub.Web.Features.Studio;

/// <summary>Where pictures are asked for and seen forming. The board is the database's: a reload or another device shows the same.</summary>
public sealed partial class StudioPage
{
    private readonly StudioForm _form = new();
    private readonly StudioBoard _board = new();
    // Cancelled when the page is left and never disposed: work that was under way may still ask for its token.
    private readonly CancellationTokenSource _gone = new();
    private JobSubscription? _subscription;
    private IReadOnlyList<ModelCapabilities> _models = [];
    private IReadOnlyList<ModelAsset> _assets = [];
    private bool _sending;
    private ElementReference _boardElement;

    /// <summary>A picture whose settings to start from ("use these settings" in the Gallery).</summary>
    [SupplyParameterFromQuery(Name = "from")]
    public Guid? From { get; set; }

    /// <summary>A picture to begin with ("use as start" in the Gallery).</summary>
    [SupplyParameterFromQuery(Name = "start")]
    public Guid? Start { get; set; }

    /// <summary>Where the prerendered page left what it showed.</summary>
    [PersistentState]
    public string? HandoffKey { get; set; }

    [Inject] private PrerenderHandoff Handoff { get; set; } = default!;
    [Inject] private JobQueue Queue { get; set; } = default!;
    [Inject] private JobFeed Feed { get; set; } = default!;
    [Inject] private JobSubmission Submission { get; set; } = default!;
    [Inject] private ModelCatalogue Catalogue { get; set; } = default!;
    [Inject] private PictureUploads Uploads { get; set; } = default!;
    [Inject] private CurrentUser Me { get; set; } = default!;
    [Inject] private GalleryPictures Pictures { get; set; } = default!;
    [Inject] private IJSRuntime Js { get; set; } = default!;
    [Inject] private NotificationService Notifications { get; set; } = default!;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        if (Handoff.Take<Shown>(HandoffKey) is { } shown)
        {
            _board.Restore(shown.Jobs);
            _assets = shown.Assets;
            UseModels(shown.Models);
        }

        if (RendererInfo.IsInteractive)
        {
            // Watch first, read after: a change in between arrives twice rather than never.
            _subscription = Feed.Watch(Me.Id);
            _ = FollowAsync(_subscription);
        }

        await AskAsync(async () =>
        {
            await RefreshModelsAsync();
            _board.ApplyRead(await Feed.ReadBoardAsync(Me.Id, StudioBoard.Most, _gone.Token));
            if (!RendererInfo.IsInteractive)
            {
                HandoffKey = Handoff.Put(new Shown([.. _board.Jobs], _models, _assets));
            }

            await UsePictureAsync();
        });
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _subscription?.Dispose();
        await _gone.CancelAsync();
    }

    private sealed record Shown(IReadOnlyList<StudioJob> Jobs, IReadOnlyList<ModelCapabilities> Models, IReadOnlyList<ModelAsset> Assets);

    private static string Format(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);

    private async Task FollowAsync(JobSubscription subscription)
    {
        await foreach (var updates in subscription.ReadAllAsync(CancellationToken.None))
        {
            await InvokeAsync(async () =>
            {
                _board.Apply(updates);
                if (_models.Count == 0)
                {
                    await AskAsync(RefreshModelsAsync);
                }

                StateHasChanged();
            });
        }
    }

    private async Task RefreshModelsAsync()
    {
        var entries = await Catalogue.ReadAsync(_gone.Token);
        _assets = entries.AssetsInUse;
        UseModels(entries.ModelsFor(Me.Person));
    }

    private void UseModels(IReadOnlyList<ModelCapabilities> models)
    {
        _models = models;
        if (_form.Model.Length == 0 && models.Count > 0)
        {
            _form.UseDefaults(models[0]);
        }
    }

    // Whether a finished picture can be the beginning of the next one.
    private bool CanStart => _models.FirstOrDefault(m => m.Name == _form.Model) is { } model && StartForm.Takes(model);

    private async Task UsePictureAsync()
    {
        if (From is { } id && await Pictures.FindVisibleAsync(Me, id, _gone.Token) is { } picture)
        {
            await UseSettingsAsync(JsonSerializer.Deserialize(picture.Request, RequestJson.Default.GenerationRequest)!);
        }

        if (Start is { } start)
        {
            await TakeAsync(start, _form.StartFrom);
        }
    }

    private async Task UseSettingsAsync(GenerationRequest request) =>
        _form.Use(request, request.Init is { } init ? await Uploads.SizeAsync(init, _gone.Token) : null);

    private Task StartFromAsync(Guid picture) => AskAsync(() => TakeAsync(picture, _form.StartFrom));

    private Task ControlFromAsync(Guid picture) => AskAsync(() => TakeAsync(picture, chosen => _form.Control.Picture = chosen));

    private Task DepthFromAsync(Guid picture) => AskAsync(() => TakeAsync(picture, chosen => _form.Edit.Depth = chosen));

    private Task MapFromAsync(Guid picture) => AskAsync(() => TakeAsync(picture, chosen => _form.Subject.Map = chosen));

    private async Task TakeAsync(Guid id, Action<ChosenPicture> take)
    {
        if (await Pictures.FindAsync(Me.Id, id, _gone.Token) is { } picture)
        {
            take(ChosenPicture.OfGallery(id, picture.Width, picture.Height));
        }
    }

    private void ModelChanged(string name) => _form.UseDefaults(_models.First(m => m.Name == name));

    private Task Pick(string idea)
    {
        _form.Prompt = idea;
        return GenerateAsync();
    }

    private async Task GenerateAsync()
    {
        var model = _models.FirstOrDefault(m => m.Name == _form.Model) ?? _models[0];
        if (_form.Read(model) is { } request)
        {
            await SendAsync(request);
        }
    }

    private Task RetryAsync(long jobId) => _board.Jobs.FirstOrDefault(j => j.JobId == jobId) is { } job ? SendAsync(job.Request) : Task.CompletedTask;

    private async Task SendAsync(GenerationRequest request)
    {
        _sending = true;
        await AskAsync(async () =>
        {
            var result = await Submission.SubmitAsync(request, Me, _gone.Token);
            _form.Refuse(result.Errors);
            _board.ApplyRead(await Feed.ReadAsync(result.JobIds, _gone.Token));
            if (result.GroupId is not null)
            {
                await using var script = await Js.InvokeAsync<IJSObjectReference>("import", _gone.Token, "./js/studio.js");
                await script.InvokeVoidAsync("reveal", _gone.Token, _boardElement);
            }
        });
        _sending = false;
    }

    private Task CancelAsync(long jobId) => AskAsync(() => Queue.CancelAsync([jobId], Me.Id, _gone.Token));

    private Task CancelAllAsync() => AskAsync(() => Queue.CancelAllAsync(Me.Id, _gone.Token));

    // What needs the database: when it is away that is said, and the page stays.
    private async Task AskAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (QueueUnavailableException) when (RendererInfo.IsInteractive)
        {
            Notifications.Notify(NotificationSeverity.Error, StudioTexts.RefusedTitle, SubmissionTexts.DatabaseAway, 8000);
        }
        catch (PictureStoreAwayException e) when (RendererInfo.IsInteractive)
        {
            Notifications.Notify(NotificationSeverity.Error, StudioTexts.RefusedTitle, e.Message, 8000);
        }
    }
}

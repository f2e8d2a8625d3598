using System.Globalization;
using System.Text.Json;
using DiffusionHub.Domain.Jobs;
using DiffusionHub.Domain.Requests;
using DiffusionHub.People.Audit;
using DiffusionHub.Queue;
using DiffusionHub.Web.Shared.Data;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.Web.Features.Admin.Queue;

/// <summary>All jobs of everyone, live: counts, lanes, and what can be done with each.</summary>
public sealed partial class QueuePage
{
    private const int PageSize = 50;
    private const int Most = 500;

    private IReadOnlyList<LaneCounts> _lanes = [];
    private IReadOnlyList<JobView> _jobs = [];
    private Dictionary<Guid, string> _owners = [];
    private readonly ForetoldStarts _starts = new();
    private readonly HashSet<long> _open = [];
    private JobFilter _filter = new();
    private int _limit = PageSize;
    private IReadOnlyList<string> _models = [];
    private QueueHealth? _health;
    private Paced<QueueHealth> _healths = default!;
    private Paced<IReadOnlyList<WorkerView>> _workers = default!;

    /// <summary>Only this state; in the address, so that a link leads to a filtered list and a reload keeps it.</summary>
    [SupplyParameterFromQuery] public string? State { get; set; }

    /// <summary>Only this lane, likewise.</summary>
    [SupplyParameterFromQuery] public string? Lane { get; set; }

    /// <summary>Only this model, likewise.</summary>
    [SupplyParameterFromQuery] public string? Model { get; set; }

    /// <summary>Only this person's, likewise.</summary>
    [SupplyParameterFromQuery] public string? Person { get; set; }

    [Inject] private JobQueue Jobs { get; set; } = default!;
    [Inject] private TimeProvider Time { get; set; } = default!;
    [Inject] private HubDatabase Database { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;

    private IEnumerable<LaneCounts> Shown => _lanes.Where(l => _filter.Lane is null || l.Lane == _filter.Lane);

    private static IEnumerable<(JobState State, string Label, Func<LaneCounts, long> Count)> Tiles =>
    [
        (JobState.Enqueued, AdminTexts.Waiting, l => l.Enqueued),
        (JobState.Processing, AdminTexts.Processing, l => l.Processing),
        (JobState.Scheduled, AdminTexts.Scheduled, l => l.Scheduled),
        (JobState.Succeeded, AdminTexts.Succeeded, l => l.Succeeded),
        (JobState.Failed, AdminTexts.Failed, l => l.Failed),
        (JobState.Deleted, AdminTexts.Deleted, l => l.Deleted),
    ];

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        _healths = new(Time, TimeSpan.FromSeconds(4), Jobs.ReadHealthAsync);
        _workers = new(Time, TimeSpan.FromSeconds(10), Jobs.ReadWorkersAsync);
        _filter = Asked();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (Asked() is var asked && asked != _filter)
        {
            _filter = asked;
            _limit = PageSize;
            await DoAsync(_ => Task.CompletedTask);
        }
    }

    /// <inheritdoc />
    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        _lanes = await Jobs.CountsAsync(cancellationToken);
        _jobs = await Jobs.ListAsync(_filter with { Limit = _limit }, cancellationToken);
        _health = await _healths.ReadAsync(cancellationToken);
        _models = [.. (await _workers.ReadAsync(cancellationToken)).SelectMany(w => w.Models).Concat(_jobs.Select(j => j.Model)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        await _starts.ReadAsync(Jobs, Time, _jobs, cancellationToken);
        if (_jobs.Any(j => !_owners.ContainsKey(j.OwnerId)))
        {
            _owners = await Database.RunAsync(hub => hub.Users.AsNoTracking().ToDictionaryAsync(u => u.Id, u => u.Name, cancellationToken), cancellationToken);
        }
    }

    private static long Total(LaneCounts l) => l.Scheduled + l.Enqueued + l.Processing + l.Succeeded + l.Failed + l.Deleted;

    private static string Tone(JobState state) => state switch
    {
        JobState.Succeeded => "good",
        JobState.Failed => "bad",
        JobState.Processing => "busy",
        JobState.Scheduled => "warn",
        _ => "",
    };

    private static string StateLabel(JobState state) => Tiles.First(t => t.State == state).Label;

    private static string Prompt(JobView job) => JsonSerializer.Deserialize(job.Payload, RequestJson.Default.GenerationRequest)?.Prompt ?? "";

    private static string Progress(JobView job) => job switch
    {
        { State: JobState.Processing, Step: { } step, Steps: { } steps } => Format(AdminTexts.StepOf, step, steps),
        _ => "",
    };

    private string Owner(Guid id) => _owners.GetValueOrDefault(id) ?? id.ToString();

    private Task<bool> ToggleAsync(LaneCounts lane) =>
        DoAsync(token => lane.Paused ? Jobs.ResumeAsync(lane.Lane, token) : Jobs.PauseAsync(lane.Lane, token), new Deed(AuditActions.QueueChanged, lane.Lane, lane.Paused ? "running" : "paused"));

    private Task<bool> RetryAsync(long job) => DoAsync(token => Jobs.RetryAsync(job, token), Of(job, "retried"));

    private Task<bool> CancelAsync(long job) => DoAsync(token => Jobs.CancelAsync([job], null, token), Of(job, "cancelled"));

    private static Deed Of(long job, string what) => new(AuditActions.JobsChanged, string.Create(CultureInfo.InvariantCulture, $"job {job}"), what);

    // What the address says; a word that is none is left out.
    private JobFilter Asked() => new(
        Enum.TryParse<JobState>(State, ignoreCase: false, out var state) && Enum.IsDefined(state) ? state : null,
        Guid.TryParse(Person, out var person) ? person : null, Some(Model), Lane: Some(Lane));

    private static string? Some(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private void Pick(JobFilter filter) => Navigation.NavigateTo(
        Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
        {
            ["state"] = filter.State?.ToString(), ["lane"] = filter.Lane, ["model"] = filter.Model, ["person"] = filter.OwnerId?.ToString(),
        }),
        replace: true);

    private void Toggle(long job)
    {
        if (!_open.Remove(job))
        {
            _open.Add(job);
        }
    }

    private Task<bool> MoreAsync()
    {
        _limit = Math.Min(Most, _limit * 2);
        return DoAsync(_ => Task.CompletedTask);
    }
}

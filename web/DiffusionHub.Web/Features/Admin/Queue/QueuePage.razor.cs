using System.Text.Json;
using DiffusionHub.Domain.Jobs;
using DiffusionHub.Domain.Requests;
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
    private JobState? _state;
    private int _limit = PageSize;

    [Inject] private JobQueue Jobs { get; set; } = default!;
    [Inject] private TimeProvider Time { get; set; } = default!;
    [Inject] private HubDatabase Database { get; set; } = default!;

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
    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        _lanes = await Jobs.CountsAsync(cancellationToken);
        _jobs = await Jobs.ListAsync(new JobFilter(_state, Limit: _limit), cancellationToken);
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

    private Task ToggleAsync(LaneCounts lane) =>
        DoAsync(token => lane.Paused ? Jobs.ResumeAsync(lane.Lane, token) : Jobs.PauseAsync(lane.Lane, token));

    private Task PickAsync(JobState? state)
    {
        _state = state;
        _limit = PageSize;
        return DoAsync(_ => Task.CompletedTask);
    }

    private Task MoreAsync()
    {
        _limit = Math.Min(Most, _limit * 2);
        return DoAsync(_ => Task.CompletedTask);
    }
}

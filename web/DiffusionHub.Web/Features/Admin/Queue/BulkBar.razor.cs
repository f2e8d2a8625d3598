using System.Globalization;
using DiffusionHub.Domain.Jobs;
using DiffusionHub.People.Audit;
using DiffusionHub.Queue;
using DiffusionHub.Web.Shared.People;
using Microsoft.AspNetCore.Components;

namespace DiffusionHub.Web.Features.Admin.Queue;

/// <summary>Cancels or retries everything that matches a filter.</summary>
public sealed partial class BulkBar
{
    private Question? _asked;
    private JobFilter? _of;
    private ElementReference? _keep;
    private ElementReference? _first;
    private ElementReference? _second;
    private bool _busy;
    private bool _retry;
    private Focus _focus;
    private string _told = "";

    private enum Focus
    {
        Stays,
        Question,
        Actions,
    }

    /// <summary>What must match; its page (limit, before) does not matter.</summary>
    [Parameter, EditorRequired] public required JobFilter Filter { get; set; }

    /// <summary>Does something that changes the database and shows the result; true where it was done.</summary>
    [Parameter, EditorRequired] public required Func<Func<CancellationToken, Task>, Task<bool>> Do { get; set; }

    [Inject] private JobQueue Jobs { get; set; } = default!;
    [Inject] private AuditLog Audit { get; set; } = default!;
    [Inject] private CurrentUser Me { get; set; } = default!;

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        // A question about other jobs than those that are shown would be a trap.
        if (_of is not null && !_busy && Scope(_of) != Scope(Filter))
        {
            (_asked, _told) = (null, "");
        }

        _of = Filter;
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        var to = _focus switch { Focus.Question => _keep, Focus.Actions => _retry ? _second ?? _first : _first ?? _second, _ => null };
        _focus = Focus.Stays;
        if (to is { Context: not null } element)
        {
            await element.FocusAsync(preventScroll: true);
        }
    }

    private static (JobState?, Guid?, string?, string?) Scope(JobFilter filter) => (filter.State, filter.OwnerId, filter.Model, filter.Lane);

    private async Task AskCancelAsync()
    {
        _retry = false;
        var filter = new CancelFilter(Filter.OwnerId, Filter.Lane, Filter.Model, Filter.State);
        await AskAsync(
            token => Jobs.CountAsync(filter, token), AdminTexts.CancelNone,
            count => new Question(
                Number(count.Jobs, AdminTexts.CancelAskOne, AdminTexts.CancelAsk), AdminTexts.CancelYes, "danger",
                async token => Format(AdminTexts.CancelDone, await Jobs.CancelAsync(filter with { Before = count.At }, token))));
    }

    private async Task AskRetryAsync()
    {
        _retry = true;
        var filter = new RetryFilter(Filter.State ?? JobState.Failed, Filter.OwnerId, Filter.Lane, Filter.Model);
        await AskAsync(
            token => Jobs.CountAsync(filter, token), AdminTexts.RetryNone,
            count => new Question(
                Number(count.Jobs, AdminTexts.RetryAskOne, AdminTexts.RetryAsk), AdminTexts.RetryYes, "primary",
                async token => Told(await Jobs.RetryAsync(filter with { Before = count.At }, token))));
    }

    private async Task AskAsync(Func<CancellationToken, Task<MatchCount>> count, string none, Func<MatchCount, Question> question)
    {
        _told = "";
        await Do(async token =>
        {
            var found = await count(token);
            (_asked, _told) = found.Jobs > 0 ? (question(found), "") : (null, none);
        });
        _focus = _asked is null ? Focus.Stays : Focus.Question;
    }

    private async Task ConfirmAsync()
    {
        if (_busy || _asked is not { } asked)
        {
            return;
        }

        _busy = true;
        try
        {
            await Do(async token =>
            {
                _told = await asked.Act(token);
                await Audit.WriteAsync(Me.Actor, AuditActions.JobsChanged, _told, new Dictionary<string, string?>(StringComparer.Ordinal) { ["of"] = Scope(Filter).ToString() }, token);
            });
        }
        finally
        {
            (_busy, _asked, _focus) = (false, null, Focus.Actions);
        }
    }

    private void Keep() => (_asked, _focus) = (null, Focus.Actions);

    private static string Told(RetryResult result) => result.Refused == 0
        ? Format(AdminTexts.RetryDone, result.Queued)
        : Format(AdminTexts.RetryRefused, result.Queued, result.Refused, result.Reason);

    private static string Number(long jobs, string one, string many) => jobs == 1 ? one : Format(many, jobs);

    private static string Format(string text, params object?[] values) => string.Format(CultureInfo.InvariantCulture, text, values);

    private sealed record Question(string Text, string Yes, string Tone, Func<CancellationToken, Task<string>> Act);
}

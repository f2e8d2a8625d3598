using System.Runtime.CompilerServices;
using System.Text.Json;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Queue;
using DiffusionHub.Web.Shared.Jobs;
using DiffusionHub.Web.Shared.People;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace DiffusionHub.Web.Hubs;

/// <summary>
/// The programs' live line, at <c>/hubs/jobs</c>: submit, cancel, and a stream of everything that happens to one's own jobs.
/// </summary>
[Authorize(Policy = Policies.Read)]
internal sealed class JobsHub(JobSubmission submission, JobFeed feed, JobQueue queue, CurrentUser me, TimeProvider time) : Hub
{
    /// <summary>What a submit answers: either a group and its jobs, or the reasons of the refusal.</summary>
    public sealed record SubmitAnswer(Guid? GroupId, IReadOnlyList<long> JobIds, IReadOnlyList<FieldError> Errors);

    /// <summary>Queues a request document: one job a picture.</summary>
    [Authorize(Policy = Policies.Generate)]
    public async Task<SubmitAnswer> Submit(JsonElement document)
    {
        // As strict as the API: a misspelt or missing member is answered by its name, not by a failed call.
        var (request, errors) = RequestDocument.Read(JsonSerializer.SerializeToUtf8Bytes(document));
        if (request is null)
        {
            return new SubmitAnswer(null, [], errors);
        }

        var result = await submission.SubmitAsync(request, me, Context.ConnectionAborted);
        return new SubmitAnswer(result.GroupId, result.JobIds, result.Errors);
    }

    /// <summary>Cancels one job; true if there was something to cancel.</summary>
    [Authorize(Policy = Policies.Generate)]
    public async Task<bool> Cancel(long jobId) => await queue.CancelAsync([jobId], me.Id, Context.ConnectionAborted) > 0;

    /// <summary>Live jobs as they stand, then each change as it comes. A slow reader skips steps, never states.</summary>
    public async IAsyncEnumerable<JobMessage> Watch([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var subscription = feed.Watch(me.Id);
        foreach (var update in await feed.ReadBoardAsync(me.Id, ended: 0, cancellationToken))
        {
            yield return JobMessage.From(update, time.GetUtcNow());
        }

        await foreach (var updates in subscription.ReadAllAsync(cancellationToken))
        {
            foreach (var update in updates)
            {
                yield return JobMessage.From(update, time.GetUtcNow());
            }
        }
    }
}

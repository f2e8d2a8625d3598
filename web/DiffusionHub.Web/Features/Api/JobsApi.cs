using System.Globalization;
using DiffusionHub.Queue;
using DiffusionHub.Web.Shared.Jobs;
using DiffusionHub.Web.Shared.People;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DiffusionHub.Web.Features.Api;

/// <summary>Jobs for programs: submit, look, cancel. To be told instead of asking, connect to the SignalR hub at /hubs/jobs.</summary>
internal static class JobsApi
{
    public static void MapJobsApi(this IEndpointRouteBuilder endpoints)
    {
        var jobs = endpoints.MapGroup("/api/v1/jobs");
        // The reader has limits of its own, which it can explain.
        jobs.MapPost("/", SubmitAsync).DisableAntiforgery().WithMetadata(new DisableRequestSizeLimitAttribute()).RequireAuthorization(Policies.Generate);
        jobs.MapGet("/{jobId:long}", GetAsync).RequireAuthorization(Policies.Read);
        jobs.MapDelete("/{jobId:long}", CancelAsync).DisableAntiforgery().RequireAuthorization(Policies.Generate);
    }

    /// <summary>What a submit answers.</summary>
    internal sealed record Accepted(Guid GroupId, IReadOnlyList<long> JobIds);

    private static async Task<IResult> SubmitAsync(HttpRequest http, JobSubmission submission, CurrentUser me, CancellationToken cancellationToken)
    {
        var (request, errors) = await RequestReader.ReadAsync(http);
        if (request is null)
        {
            return Refusal.Of(errors);
        }

        var result = await submission.SubmitAsync(request, me, cancellationToken);
        return result.GroupId is { } groupId
            ? TypedResults.Accepted($"/api/v1/jobs/{result.JobIds[0]}", new Accepted(groupId, result.JobIds))
            : Refusal.Of(result.Errors);
    }

    private static async Task<IResult> GetAsync(long jobId, JobFeed feed, CurrentUser me, TimeProvider time, CancellationToken cancellationToken) =>
        (await feed.ReadAsync([jobId], cancellationToken)).FirstOrDefault(u => u.Job.OwnerId == me.Id) is { } update
            ? TypedResults.Ok(JobMessage.From(update, time.GetUtcNow()))
            : NoJob(jobId);

    private static async Task<IResult> CancelAsync(long jobId, JobQueue queue, CurrentUser me, CancellationToken cancellationToken) =>
        await queue.CancelAsync([jobId], me.Id, cancellationToken) > 0 ? TypedResults.NoContent() : NoJob(jobId);

    private static ProblemHttpResult NoJob(long jobId) => TypedResults.Problem(
        string.Format(CultureInfo.InvariantCulture, ApiTexts.NoJob, jobId), statusCode: StatusCodes.Status404NotFound);
}

using System.Globalization;
using DiffusionHub.Queue;

namespace DiffusionHub.Web.Features.Health;

/// <summary>
/// <c>/health/live</c>: this process answers. <c>/health/ready</c>: a picture can be made: the database answers and a worker is alive;
/// its status is <c>degraded</c> where a transaction stays open for too long.
/// </summary>
internal static class HealthApi
{
    public static void MapHealthApi(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/health/live", () => TypedResults.Ok(new HealthAnswer("ok", []))).AllowAnonymous();
        endpoints.MapGet("/health/ready", ReadyAsync).AllowAnonymous();
    }

    /// <summary>What a health check answers.</summary>
    internal sealed record HealthAnswer(string Status, IReadOnlyList<string> Reasons);

    /// <summary>Ready, with what is not as it should be: pictures are made all the same.</summary>
    internal static HealthAnswer Answer(QueueHealth health) => health.Stalled
        ? new HealthAnswer("degraded", [string.Format(CultureInfo.InvariantCulture, HealthTexts.Stalled, health.OldestTransaction.TotalSeconds, health.ServerProcess)])
        : new HealthAnswer("ok", []);

    private static async Task<IResult> ReadyAsync(JobQueue queue, CancellationToken cancellationToken)
    {
        try
        {
            var workers = await queue.ReadWorkersAsync(cancellationToken);
            return workers.Any(w => w.Alive) ? TypedResults.Ok(Answer(await queue.ReadHealthAsync(cancellationToken))) : NotReady(HealthTexts.NoWorker);
        }
        catch (QueueUnavailableException)
        {
            return NotReady(HealthTexts.NoDatabase);
        }

        static IResult NotReady(string reason) =>
            TypedResults.Json(new HealthAnswer("not ready", [reason]), statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}

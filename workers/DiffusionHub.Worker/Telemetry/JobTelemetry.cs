using System.Diagnostics;
using DiffusionHub.Pipelines;
using DiffusionHub.Queue;
using DiffusionHub.Telemetry;

namespace DiffusionHub.Worker.Telemetry;

/// <summary>Where a job's time goes: each stage as a part of its span and as a measurement.</summary>
internal sealed class JobTelemetry : IDisposable
{
    private readonly WorkerMeter _meter;
    private readonly JobClaim _claim;
    private readonly Activity? _span;
    private readonly long _started = Stopwatch.GetTimestamp();

    public JobTelemetry(WorkerMeter meter, JobClaim claim)
    {
        (_meter, _claim) = (meter, claim);
        _meter.Claimed(claim.Lane, claim.Waited);
        _span = JobTrace.Begin("hub.job", claim.GroupId, ActivityKind.Consumer);
        _span?.SetTag("hub.job.id", claim.JobId).SetTag("hub.job.attempt", claim.Attempt).SetTag("hub.model", claim.Model).SetTag("hub.lane", claim.Lane)
            .SetTag("hub.worker", claim.Worker.Name);
        _span?.AddPart("hub.queue.wait", At(-claim.Waited), claim.Waited);
    }

    /// <summary>Time since the claim.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    /// <summary>A stage has just ended.</summary>
    public void Stage(string name, TimeSpan took) => Stage(name, Elapsed - took, took);

    /// <summary>It begins to compute.</summary>
    /// <param name="jobs">Jobs that compute at the same time, this one included.</param>
    public void Begins(int jobs)
    {
        _span?.SetTag("hub.batch.jobs", jobs);
        _meter.Begins(_claim.Model, jobs);
    }

    /// <summary>It has just computed.</summary>
    public void Computed(RunTimings timings)
    {
        var decode = Elapsed - timings.Decode;
        Stage("decode", decode, timings.Decode);
        Stage("denoise", decode - timings.Denoise, timings.Denoise);
        Stage("prompt", decode - timings.Denoise - timings.Prompt, timings.Prompt);
    }

    /// <summary>It has ended, or was given back.</summary>
    /// <param name="how">In one word.</param>
    /// <param name="error">What went wrong.</param>
    public void Ended(string how, string? error = null)
    {
        _span?.SetTag("hub.outcome", how);
        if (error is not null)
        {
            _span?.SetStatus(ActivityStatusCode.Error, error);
        }

        _meter.Ended(_claim.Model, how);
    }

    public void Dispose() => _span?.Dispose();

    /// <summary>A stage began <paramref name="start"/> after the claim.</summary>
    public void Stage(string name, TimeSpan start, TimeSpan took)
    {
        _span?.AddPart("hub." + name, At(start), took);
        _meter.Stage(name, _claim.Model, took);
    }

    private DateTimeOffset At(TimeSpan sinceClaim) => new(_span!.StartTimeUtc + sinceClaim);
}

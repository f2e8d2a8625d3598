using System.Diagnostics;

namespace DiffusionHub.Telemetry;

/// <summary>
/// A request's way through the processes as one trace (W3C Trace Context): the trace's id is the id of the request's group of jobs, which each process
/// knows anyway, so that nothing has to travel with a job. What led to the request, a click or a call of the API, is linked to it.
/// </summary>
internal static class JobTrace
{
    /// <summary>Where all of the hub's spans come from.</summary>
    public const string SourceName = "DiffusionHub";

    /// <summary>The source.</summary>
    public static readonly ActivitySource Source = new(SourceName);

    /// <summary>A span of a request.</summary>
    /// <param name="name">What is done.</param>
    /// <param name="groupId">The request's group of jobs.</param>
    /// <param name="kind">Whether it gives, takes or does.</param>
    /// <param name="start">When it began; now by default.</param>
    /// <param name="cause">What led to it.</param>
    /// <returns>Null where nobody collects spans. To be disposed at its end.</returns>
    public static Activity? Begin(string name, Guid groupId, ActivityKind kind, DateTimeOffset start = default, ActivityContext? cause = null) =>
        Source.StartActivity(name, kind, RootOf(groupId), tags: null, cause is { } linked ? [new ActivityLink(linked)] : null, start);

    /// <summary>A part of a span that is over already.</summary>
    /// <param name="whole">The span.</param>
    /// <param name="name">What was done.</param>
    /// <param name="start">When it began.</param>
    /// <param name="took">How long it took.</param>
    public static void AddPart(this Activity? whole, string name, DateTimeOffset start, TimeSpan took)
    {
        if (whole is not null && took > TimeSpan.Zero && Source.StartActivity(name, ActivityKind.Internal, whole.Context, startTime: start) is { } part)
        {
            part.SetEndTime((start + took).UtcDateTime);
            part.Dispose();
        }
    }

    // All spans of a request have one parent that nobody records: the request itself.
    private static ActivityContext RootOf(Guid groupId)
    {
        Span<byte> bytes = stackalloc byte[16];
        groupId.TryWriteBytes(bytes, bigEndian: true, out _);
        return new ActivityContext(ActivityTraceId.CreateFromBytes(bytes), ActivitySpanId.CreateFromBytes(bytes[8..]), ActivityTraceFlags.Recorded, isRemote: true);
    }
}

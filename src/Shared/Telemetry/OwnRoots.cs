using System.Diagnostics;
using OpenTelemetry.Trace;

namespace DiffusionHub.Telemetry;

/// <summary>Which spans begin a trace: requests do. Statements of the database that belong to none, heartbeats above all, are not worth one each.</summary>
internal sealed class OwnRoots : Sampler
{
    /// <inheritdoc/>
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        new(samplingParameters.Kind == ActivityKind.Client ? SamplingDecision.Drop : SamplingDecision.RecordAndSample);
}

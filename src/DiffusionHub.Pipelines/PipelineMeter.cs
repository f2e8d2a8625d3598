using System.Diagnostics.Metrics;

namespace DiffusionHub.Pipelines;

/// <summary>What pipelines measure (docs/operating.md lists the instruments). Costs next to nothing while nobody listens.</summary>
public static class PipelineMeter
{
    /// <summary>The meter's name.</summary>
    public const string Name = "DiffusionHub.Pipelines";

    private static readonly Meter Meter = new(Name);
    private static readonly Histogram<long> Samples = Meter.CreateHistogram<long>("hub.denoiser.samples", "{sample}", "Samples of one call of the denoiser: how full batches are.");
    private static readonly Histogram<int> Runs = Meter.CreateHistogram<int>("hub.denoiser.runs", "{run}", "Runs that one call of the denoiser was made for.");

    internal static Counter<long> PromptHits { get; } = Meter.CreateCounter<long>("hub.prompt_cache.hits", "{text}", "Texts whose embedding was in memory already.");

    internal static Counter<long> PromptMisses { get; } = Meter.CreateCounter<long>("hub.prompt_cache.misses", "{text}", "Texts that the text encoder had to read.");

    internal static void Called(int runs, long samples)
    {
        Samples.Record(samples);
        Runs.Record(runs);
    }
}

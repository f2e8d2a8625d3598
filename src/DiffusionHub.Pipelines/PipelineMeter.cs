using System.Diagnostics.Metrics;

namespace DiffusionHub.Pipelines;

/// <summary>What the pipelines count, for who listens to the meter <see cref="Name"/>.</summary>
public static class PipelineMeter
{
    /// <summary>The meter's name.</summary>
    public const string Name = "DiffusionHub.Pipelines";

    private static readonly Meter Meter = new(Name);

    internal static Counter<long> PromptHits { get; } = Meter.CreateCounter<long>("hub.prompt_cache.hits", "{text}", "Texts whose embedding was in memory already.");

    internal static Counter<long> PromptMisses { get; } = Meter.CreateCounter<long>("hub.prompt_cache.misses", "{text}", "Texts that the text encoder had to read.");
}

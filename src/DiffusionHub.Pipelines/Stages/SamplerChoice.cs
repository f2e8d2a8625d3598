using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Pipelines.Stages;

/// <summary>A sampler by its field name, with the levels it walks through on a given training process.</summary>
internal sealed record SamplerChoice(string Name, ISampler Sampler, Func<TrainingProcess, TimestepSpacing, SchedulerConfig, ISigmaSchedule> Schedule)
{
    /// <summary>All samplers; the first is the default.</summary>
    public static IReadOnlyList<SamplerChoice> All { get; } =
    [
        new("DDIM", new Ddim(), (process, spacing, config) => new DdimSchedule(process, spacing, config.StepsOffset, config.SetAlphaToOne)),
        new("Euler", new Euler(), (process, spacing, config) => new EulerSchedule(process, spacing, config.StepsOffset)),
    ];

    public static SamplerChoice Named(string name) =>
        All.FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"There is no sampler {name}.", nameof(name));
}

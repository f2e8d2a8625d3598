using System.Text.Json;

namespace DiffusionHub.Sampling.Schedulers;

/// <summary>A sampler by its name for people, and the scheduler class and values that it means.</summary>
/// <param name="Name">The field's name for it.</param>
/// <param name="Class">The class.</param>
/// <param name="Set">Values that make it this sampler.</param>
public sealed record KnownSampler(string Name, SchedulerClass Class, IReadOnlyDictionary<string, JsonElement> Set)
{
    internal KnownSampler(string name, SchedulerClass schedulerClass, string set = "{}")
        : this(name, schedulerClass, JsonDocument.Parse(set).RootElement.EnumerateObject().ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal))
    {
    }
}

/// <summary>All samplers by their names for people.</summary>
public static class KnownSamplers
{
    /// <summary>The samplers.</summary>
    public static IReadOnlyList<KnownSampler> All { get; } =
    [
        new("DDIM", DdimScheduler.Class),
        new("DDPM", DdpmScheduler.Class),
        new("Euler", EulerDiscreteScheduler.Class),
    ];

    /// <summary>The sampler named <paramref name="name"/>, in any case.</summary>
    /// <exception cref="SchedulerConfigException">There is none; the message lists those that are.</exception>
    public static KnownSampler Named(string name) =>
        All.FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new SchedulerConfigException($"There is no sampler {name}. Known: {string.Join(", ", All.Select(s => s.Name))}.");
}

using System.Text.Json;

namespace DiffusionHub.Sampling.Schedulers;

/// <summary>A sampler by its name for people, and the scheduler class and values that it means.</summary>
public sealed record KnownSampler
{
    internal KnownSampler(string name, SchedulerClass schedulerClass, string set = "{}")
    {
        (Name, Class) = (name, schedulerClass);
        using var document = JsonDocument.Parse(set);
        Set = document.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.Clone(), StringComparer.Ordinal);
    }

    /// <summary>The field's name for it.</summary>
    public string Name { get; }

    /// <summary>The scheduler class.</summary>
    public SchedulerClass Class { get; }

    /// <summary>Values that make the class this sampler.</summary>
    public IReadOnlyDictionary<string, JsonElement> Set { get; }

    /// <summary>True where a schedule can be chosen beside it.</summary>
    public bool TakesCurves => Class.TakesCurves;

    /// <summary>Order of convergence as measured on a smooth problem; for the stochastic ones that of their part without noise.</summary>
    public required int Order { get; init; }

    /// <summary>Calls of the model a step; 0 where the sampler itself chooses.</summary>
    public required int Calls { get; init; }

    /// <summary>True where it adds fresh noise on the way (DDIM, TCD: with η above 0).</summary>
    public bool Stochastic { get; init; }

    /// <summary>Fewest and most steps for which it is a good choice.</summary>
    public required (int Fewest, int Most) Steps { get; init; }

    /// <summary>Where it comes from.</summary>
    public required string Source { get; init; }
}

namespace DiffusionHub.Domain.Models;

/// <summary>
/// What a worker can do with one model: written by the worker that loads it, read by the web, which never loads a model itself.
/// </summary>
public sealed record ModelCapabilities
{
    private static readonly Dictionary<string, int> NoLimits = [];

    /// <summary>Name in the catalogue; unique.</summary>
    public required string Name { get; init; }

    /// <summary>Family, such as <c>StableDiffusion</c>.</summary>
    public required string Family { get; init; }

    /// <summary>What adapters, ControlNets and VAEs must fit (<see cref="ModelAsset.Fits"/>), such as <c>StableDiffusion 1</c>; null where it is not known.</summary>
    public string? Base { get; init; }

    /// <summary>SHA-256 of the denoiser's weights, lower-case hex.</summary>
    public required string Hash { get; init; }

    /// <summary>Tasks it can do, such as <c>text-to-image</c>.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>Layers of the text encoder that a request may leave out.</summary>
    public int MaxClipSkip { get; init; }

    /// <summary>Whether it takes low-rank adapters.</summary>
    public bool TakesAdapters { get; init; }

    /// <summary>Whether it takes ControlNets.</summary>
    public bool TakesControlNets { get; init; }

    /// <summary>Whether it brings a ControlNet of its own.</summary>
    public bool HasControlNet { get; init; }

    /// <summary>Whether it knows no texts: a request must have none.</summary>
    public bool WithoutPrompt { get; init; }

    /// <summary>Whether it takes no guidance scale.</summary>
    public bool WithoutGuidance { get; init; }

    /// <summary>Largest noise level that a request may name; null where it takes none.</summary>
    public int? MaxNoiseLevel { get; init; }

    /// <summary>Noise level when a request names none.</summary>
    public int DefaultNoiseLevel { get; init; }

    /// <summary>Classes that it can show; 0 where it knows none.</summary>
    public int Classes { get; init; }

    /// <summary>Their names where the model has them, by number; else empty.</summary>
    public IReadOnlyList<string> ClassNames { get; init => field = value ?? []; } = [];

    /// <summary>Classes that a map may hold; 0 where it takes none.</summary>
    public int MapClasses { get; init; }

    /// <summary>How many times as long the sides of its picture are as those of the one it is given; null where it is no upscaler.</summary>
    public int? UpscaleFactor { get; init; }

    /// <summary>Whether it can estimate a picture's depth itself.</summary>
    public bool EstimatesDepth { get; init; }

    /// <summary>Whether other networks' gradients can lead it (the member <c>guide</c>).</summary>
    public bool TakesGuides { get; init; }

    /// <summary>Samplers it can run, by field name; the first is the default.</summary>
    public required IReadOnlyList<string> Samplers { get; init; }

    /// <summary>Schedules it can follow beside its own, by field name.</summary>
    public IReadOnlyList<string> Schedules { get; init => field = value ?? []; } = [];

    /// <summary>Those of <see cref="Samplers"/> that can take one of <see cref="Schedules"/>; the others have their own noise levels.</summary>
    public IReadOnlyList<string> SamplersWithSchedules { get; init => field = value ?? []; } = [];

    /// <summary>Most steps of those of <see cref="Samplers"/> that cannot make <see cref="MaxSteps"/>.</summary>
    public IReadOnlyDictionary<string, int> SamplerMaxSteps { get; init => field = value ?? NoLimits; } = NoLimits;

    /// <summary>Steps when the request names none.</summary>
    public required int DefaultSteps { get; init; }

    /// <summary>Most steps a request may ask for.</summary>
    public required int MaxSteps { get; init; }

    /// <summary>Guidance scale when the request names none.</summary>
    public required double DefaultGuidance { get; init; }

    /// <summary>Width in pixels when the request names none.</summary>
    public required int DefaultWidth { get; init; }

    /// <summary>Height in pixels when the request names none.</summary>
    public required int DefaultHeight { get; init; }

    /// <summary>Smallest side in pixels.</summary>
    public required int MinSide { get; init; }

    /// <summary>Largest side in pixels.</summary>
    public required int MaxSide { get; init; }

    /// <summary>Sides must be a multiple of this many pixels.</summary>
    public required int SideMultiple { get; init; }

    /// <summary>Estimated memory while it runs, in bytes.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Licence as the model states it, or null.</summary>
    public string? Licence { get; init; }

    /// <summary>What people should know of it though it can be used, or null.</summary>
    public string? Notice { get; init; }
}

namespace DiffusionHub.Pipelines;

/// <summary>What a model is and what may be asked of it.</summary>
public sealed record ModelDescription
{
    /// <summary>Name in the catalogue.</summary>
    public required string Name { get; init; }

    /// <summary>Family, one of <see cref="KnownFamilies"/>.</summary>
    public required string Family { get; init; }

    /// <summary>SHA-256 of the denoiser's weights, lower-case hex.</summary>
    public required string Hash { get; init; }

    /// <summary>Tasks, such as <c>text-to-image</c>.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>Layers of the text encoder that a request may leave out.</summary>
    public int MaxClipSkip { get; init; }

    /// <summary>What it was trained from (<see cref="ModelBase"/>): adapters and ControlNets must be for the same. Null: not known.</summary>
    public string? Base { get; init; }

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
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>Classes that a map may hold; 0 where it takes none.</summary>
    public int MapClasses { get; init; }

    /// <summary>How many times as long the sides of its picture are as those of the one it is given; null where it is no upscaler.</summary>
    public int? UpscaleFactor { get; init; }

    /// <summary>Whether it can estimate a picture's depth itself.</summary>
    public bool EstimatesDepth { get; init; }

    /// <summary>Whether other networks' gradients can lead it (<see cref="GuideChoice"/>).</summary>
    public bool TakesGuides { get; init; }

    /// <summary>Samplers by field name; the first is the default.</summary>
    public required IReadOnlyList<string> Samplers { get; init; }

    /// <summary>Schedules by field name, beside the model's own.</summary>
    public required IReadOnlyList<string> Schedules { get; init; }

    /// <summary>Those of <see cref="Samplers"/> that can take a schedule; the others have their own noise levels.</summary>
    public required IReadOnlyList<string> SamplersWithSchedules { get; init; }

    /// <summary>Most steps of those of <see cref="Samplers"/> that cannot make <see cref="MaxSteps"/>.</summary>
    public required IReadOnlyDictionary<string, int> SamplerMaxSteps { get; init; }

    /// <summary>Steps when a request names none.</summary>
    public required int DefaultSteps { get; init; }

    /// <summary>Most steps.</summary>
    public required int MaxSteps { get; init; }

    /// <summary>Guidance scale when a request names none.</summary>
    public required double DefaultGuidance { get; init; }

    /// <summary>Width and height in pixels when a request names none.</summary>
    public required int DefaultSide { get; init; }

    /// <summary>Smallest side in pixels.</summary>
    public required int MinSide { get; init; }

    /// <summary>Largest side in pixels.</summary>
    public required int MaxSide { get; init; }

    /// <summary>Sides are multiples of this many pixels.</summary>
    public required int SideMultiple { get; init; }

    /// <summary>Estimated memory while it is loaded and runs, in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Licence as the model states it, or null.</summary>
    public string? Licence { get; init; }
}

namespace DiffusionHub.Pipelines;

/// <summary>A text-to-picture request with every default filled in. It was held against the model's description before.</summary>
public sealed record TextToImageRequest
{
    /// <summary>What the pictures show.</summary>
    public required string Prompt { get; init; }

    /// <summary>What they must not show; null when none was given.</summary>
    public string? NegativePrompt { get; init; }

    /// <summary>Seed of the first picture; picture i uses seed + i.</summary>
    public required long Seed { get; init; }

    /// <summary>Number of pictures.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Sampling steps.</summary>
    public required int Steps { get; init; }

    /// <summary>Classifier-free guidance scale; at 1 or below there is no second pass.</summary>
    public required double Guidance { get; init; }

    /// <summary>Width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Sampler, one of the description's.</summary>
    public required string Sampler { get; init; }

    /// <summary>Schedule, one of the description's; null: the model's own.</summary>
    public string? Schedule { get; init; }

    /// <summary>η of DDIM and TCD, 0 to 1: the part of the noise that is fresh in each step.</summary>
    public double Eta { get; init; }

    /// <summary>Guidance rescale φ, 0 to 1.</summary>
    public double GuidanceRescale { get; init; }

    /// <summary>Random numbers: <c>cpu</c> (PyTorch's CPU generator) or <c>nv</c> (its CUDA generator).</summary>
    public string Noise { get; init; } = "cpu";
}

using DiffusionHub.Imaging;

namespace DiffusionHub.Pipelines;

/// <summary>A request for pictures with every default filled in. It was held against the model's description before.</summary>
/// <remarks>Without <see cref="Init"/> it is text-to-image, with it image-to-image, and with <see cref="Mask"/> inpainting.</remarks>
public sealed record PictureRequest
{
    /// <summary>What the pictures show.</summary>
    public required string Prompt { get; init; }

    /// <summary>What they must not show; null when none was given, which SDXL encodes differently from an empty text.</summary>
    public string? NegativePrompt { get; init; }

    /// <summary>Whether (word:1.2), [word], BREAK and texts longer than the text encoder's window mean what they do in the AUTOMATIC1111 web UI; else the text is encoded as it is, cut at the window's end.</summary>
    public bool Emphasis { get; init; }

    /// <summary>Layers of the text encoder that are left out at its end, as diffusers counts them: 1 is the layer before the usual one.</summary>
    public int ClipSkip { get; init; }

    /// <summary>Seed of the first picture; picture i uses seed + i.</summary>
    public required long Seed { get; init; }

    /// <summary>Number of pictures.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Sampling steps.</summary>
    public required int Steps { get; init; }

    /// <summary>Classifier-free guidance scale; at 1 or below there is no second pass.</summary>
    public required double Guidance { get; init; }

    /// <summary>Guidance rescale φ, 0 to 1.</summary>
    public double GuidanceRescale { get; init; }

    /// <summary>Width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Sampler, one of the description's; null: what the model's own configuration means, even where no name stands for it.</summary>
    public string? Sampler { get; init; }

    /// <summary>Schedule, one of the description's; null: the model's own.</summary>
    public string? Schedule { get; init; }

    /// <summary>A scheduler in diffusers' terms instead of <see cref="Sampler"/> and <see cref="Schedule"/>.</summary>
    public SchedulerChoice? Scheduler { get; init; }

    /// <summary>η of DDIM and TCD, 0 to 1: the part of the noise that is fresh in each step.</summary>
    public double Eta { get; init; }

    /// <summary>Random numbers: <c>cpu</c> (PyTorch's CPU generator) or <c>nv</c> (its CUDA generator).</summary>
    public string Noise { get; init; } = "cpu";

    /// <summary>The picture to begin with.</summary>
    public RgbImage? Init { get; init; }

    /// <summary>How much of <see cref="Init"/> is made anew, 0 to 1: the part of the steps that are run.</summary>
    public double Strength { get; init; } = 0.8;

    /// <summary>Where <see cref="Init"/> is made anew: white; black stays.</summary>
    public RgbImage? Mask { get; init; }

    /// <summary>Depth of <see cref="Init"/> for models that keep it; null: the model estimates it.</summary>
    public DepthChoice? Depth { get; init; }

    /// <summary>Noise that the picture gets before an upscaler or a variation looks at it, in training timesteps; the model is told.</summary>
    public int NoiseLevel { get; init; }

    /// <summary>Class to show, from 0, for models of classes.</summary>
    public int? ClassLabel { get; init; }

    /// <summary>What is where: a picture whose grey levels are classes, for models of maps.</summary>
    public RgbImage? Map { get; init; }

    /// <summary>That <see cref="Init"/> is traced back to its noise first and made again with <see cref="Prompt"/>.</summary>
    public InversionChoice? Inversion { get; init; }

    /// <summary>Another network whose gradient leads the way, or null.</summary>
    public GuideChoice? Guide { get; init; }

    /// <summary>Low-rank adapters.</summary>
    public IReadOnlyList<AdapterChoice> Adapters { get; init; } = [];

    /// <summary>A ControlNet's picture, or null.</summary>
    public ControlChoice? Control { get; init; }

    /// <summary>Folder of an autoencoder that takes the model's place, or null.</summary>
    public string? Vae { get; init; }

    /// <summary>What the picture's parameters call it: the catalogue's name, or its folder's.</summary>
    public string? VaeName { get => field ?? (Vae is null ? null : PartName.Of(Vae)); init; }

    /// <summary>A model that takes the last steps over (SDXL's refiner), or null.</summary>
    public RefinerChoice? Refiner { get; init; }

    /// <summary>What SDXL is told about sizes.</summary>
    public SizeConditions Sizes { get; init; } = new();
}

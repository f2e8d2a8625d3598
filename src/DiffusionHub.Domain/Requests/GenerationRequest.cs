using System.Text.Json.Serialization;

namespace DiffusionHub.Domain.Requests;

/// <summary>
/// What somebody asks for: the hub's request document, the same in the Studio, the APIs, <c>hub generate --request</c> and the
/// queue's payload. JSON in camelCase. An absent value means the model's own default.
/// </summary>
public sealed record GenerationRequest
{
    /// <summary>The <see cref="Schedule"/> that means the model's own.</summary>
    public const string AutomaticSchedule = "Automatic";

    /// <summary>A request with every default.</summary>
    public GenerationRequest()
    {
    }

    /// <summary>For the JSON reader, which knows defaults of parameters but not of properties.</summary>
    [JsonConstructor]
    public GenerationRequest(string model = "", string prompt = "", int count = 1, string noise = "cpu") =>
        (Model, Prompt, Count, Noise) = (model, prompt, count, noise);

    /// <summary>Name of the model, as the catalogue lists it.</summary>
    public string Model { get; init; } = "";

    /// <summary>What the picture shows.</summary>
    public string Prompt { get; init; } = "";

    /// <summary>What it must not show. Null is "none given", which some families encode differently from an empty text.</summary>
    public string? NegativePrompt { get; init; }

    /// <summary>Seed of the first picture; picture i uses seed + i. Null: the hub draws one.</summary>
    public long? Seed { get; init; }

    /// <summary>How many pictures.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Sampling steps.</summary>
    public int? Steps { get; init; }

    /// <summary>Classifier-free guidance scale; at 1 or below there is no second pass.</summary>
    public double? Guidance { get; init; }

    /// <summary>Width in pixels.</summary>
    public int? Width { get; init; }

    /// <summary>Height in pixels.</summary>
    public int? Height { get; init; }

    /// <summary>Sampler by its field name (Euler, DDIM, …), or sampler and schedule together ("DPM++ 2M Karras").</summary>
    public string? Sampler { get; init; }

    /// <summary>Schedule of the noise levels by its field name (Karras, Exponential, …). Null or <see cref="AutomaticSchedule"/>: the model's own.</summary>
    public string? Schedule { get; init; }

    /// <summary>η of DDIM and TCD, 0 to 1: the part of the noise that is fresh in each step; the other samplers pass over it. Null: 0.</summary>
    public double? Eta { get; init; }

    /// <summary>Guidance rescale φ, 0 to 1: how far guidance is kept from raising the contrast (Lin et al. 2023, section 3.4). Null: 0.</summary>
    public double? GuidanceRescale { get; init; }

    /// <summary>Random number generator of the noise: <c>cpu</c> (PyTorch's CPU generator) or <c>nv</c> (CUDA's).</summary>
    public string Noise { get; init; } = "cpu";

    /// <summary>Whether (word:1.2), [word], BREAK and prompts longer than the text encoder's window are understood; else the text is encoded as it is and cut. Null: no.</summary>
    public bool? Emphasis { get; init; }

    /// <summary>Layers of the text encoder that are left out at its end. Null: 0.</summary>
    public int? ClipSkip { get; init; }

    /// <summary>
    /// The picture to begin with (image-to-image): in <c>hub generate</c> a file; in the API the picture itself as a data URI or in base64,
    /// <c>picture:ID</c> of the gallery, or <c>upload:ID</c>, which is also what the queue holds.
    /// </summary>
    public string? Init { get; init; }

    /// <summary>Where <see cref="Init"/> is made anew: white; black stays. Given as <see cref="Init"/> is.</summary>
    public string? Mask { get; init; }

    /// <summary>How much of <see cref="Init"/> is made anew, 0 to 1: the part of the steps that are run.</summary>
    public double? Strength { get; init; }

    /// <summary>Depth of <see cref="Init"/>, for models that keep it: a picture, light is near; in <c>hub generate</c> also a <c>.npy</c> file. Null: the model estimates it.</summary>
    public string? Depth { get; init; }

    /// <summary>Noise that the picture gets before an upscaler or a variation looks at it. Null: the model's own.</summary>
    public int? NoiseLevel { get; init; }

    /// <summary>What a model of classes shall show: a class's number, from 0, or its name.</summary>
    [JsonConverter(typeof(ClassLabelConverter))]
    public string? ClassLabel { get; init; }

    /// <summary>What is where, for models of maps: a picture whose grey levels are the numbers of classes. Given as <see cref="Init"/> is.</summary>
    public string? Map { get; init; }

    /// <summary>Traces <see cref="Init"/> back to its noise and makes it again with <see cref="Prompt"/>. Null: no.</summary>
    public InversionRequest? Inversion { get; init; }

    /// <summary>A network whose gradient leads the picture. Null: none.</summary>
    public GuideRequest? Guide { get; init; }

    /// <summary>Low-rank adapters.</summary>
    public IReadOnlyList<LoraChoice>? Loras { get; init; }

    /// <summary>The picture that a ControlNet reads. Given as <see cref="Init"/> is.</summary>
    public string? Control { get; init; }

    /// <summary>The ControlNet, as the catalogue lists it. Null: the model's own.</summary>
    public string? ControlNet { get; init; }

    /// <summary>Factor of what the ControlNet adds. Null: 1.</summary>
    public double? ControlScale { get; init; }

    /// <summary>Part of the way, 0 to 1, from which the ControlNet acts. Null: 0.</summary>
    public double? ControlStart { get; init; }

    /// <summary>Part of the way, 0 to 1, until which it acts. Null: 1.</summary>
    public double? ControlEnd { get; init; }

    /// <summary>An autoencoder that takes the model's own's place, as the catalogue lists it.</summary>
    public string? Vae { get; init; }

    /// <summary>A model that takes the last steps over, as the catalogue lists it.</summary>
    public string? Refiner { get; init; }

    /// <summary>Part of the noise at which it does, 0 to 1. Null: 0.8.</summary>
    public double? RefinerSwitch { get; init; }

    /// <summary>What SDXL is told of the size before scaling: height, width. Null: the picture's.</summary>
    public IReadOnlyList<int>? OriginalSize { get; init; }

    /// <summary>What SDXL is told of the size that is wanted: height, width. Null: the picture's.</summary>
    public IReadOnlyList<int>? TargetSize { get; init; }

    /// <summary>What SDXL is told was cut off: top, left. Null: nothing.</summary>
    public IReadOnlyList<int>? CropTopLeft { get; init; }

    /// <summary>How beautiful the picture shall be, for SDXL's refiner, 0 to 10. Null: 6.</summary>
    public double? AestheticScore { get; init; }

    /// <summary>The same of what the picture must not be. Null: 2.5.</summary>
    public double? NegativeAestheticScore { get; init; }
}

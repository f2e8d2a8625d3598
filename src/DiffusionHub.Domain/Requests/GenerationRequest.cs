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
}

using System.Text.Json.Serialization;

namespace DiffusionHub.Domain.Requests;

/// <summary>
/// What somebody asks for: the hub's request document, the same in the Studio, the APIs, <c>hub generate --request</c> and the
/// queue's payload. JSON in camelCase. An absent value means the model's own default.
/// </summary>
public sealed record GenerationRequest
{
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

    /// <summary>Sampler by its field name (Euler, DDIM, …).</summary>
    public string? Sampler { get; init; }

    /// <summary>Random number generator of the noise: <c>cpu</c> (PyTorch's CPU generator) or <c>nv</c> (CUDA's).</summary>
    public string Noise { get; init; } = "cpu";
}

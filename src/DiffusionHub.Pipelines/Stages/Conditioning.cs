namespace DiffusionHub.Pipelines.Stages;

/// <summary>All that one prompt tells the UNet.</summary>
/// <param name="Context">Text tokens, shape (tokens, width), C order.</param>
internal sealed record PromptCondition(float[] Context)
{
    /// <summary>The text as one vector (SDXL), or null.</summary>
    public float[]? Pooled { get; init; }

    /// <summary>Sizes and scores (SDXL's time_ids), or null.</summary>
    public float[]? Sizes { get; init; }
}

/// <summary>What a run tells the UNet beside the noise level.</summary>
/// <param name="Positive">Of the prompt.</param>
/// <param name="Negative">Of the negative prompt; null where there is no second pass.</param>
/// <param name="Tokens">Text tokens of each; 0 for models that know no texts.</param>
/// <param name="Width">Length of a token's vector.</param>
internal sealed record Conditioning(PromptCondition Positive, PromptCondition? Negative, int Tokens, int Width)
{
    /// <summary>The guidance scale as a vector, for models that had it distilled into them; else null.</summary>
    public float[]? Guidance { get; init; }

    /// <summary>The class that all pictures show, or null.</summary>
    public int? ClassLabel { get; init; }

    /// <summary>Passes: 2 with a negative prompt.</summary>
    public int Passes => Negative is null ? 1 : 2;
}

/// <summary>Stage: a request's texts (and sizes) to what the UNet is told. Each family has its own.</summary>
internal interface IConditioner : IDisposable
{
    /// <summary>Loads what every request needs.</summary>
    void Load();

    /// <summary>Encodes the request's prompts.</summary>
    /// <exception cref="UnfitRequestException">The model cannot do what it asks for.</exception>
    Conditioning Encode(PictureRequest request);
}

using System.Text.Json.Serialization;

namespace DiffusionHub.Pipelines.Folders;

/// <summary>What the hub reads of <c>model_index.json</c>.</summary>
/// <param name="ClassName">The diffusers class that runs the model.</param>
/// <param name="ForceZerosForEmptyPrompt">Whether an absent negative prompt is zeros; where it is not said, it is.</param>
/// <param name="TextEncoder">Library and class of the first text encoder; absent, null or two nulls where there is none.</param>
/// <param name="TextEncoder2">The same of the second.</param>
/// <param name="Unet">The same of the UNet.</param>
/// <param name="Vqvae">The same of the autoencoder of the first latent diffusion models.</param>
/// <param name="Bert">The same of their text encoder.</param>
internal sealed record ModelIndex(
    [property: JsonPropertyName("_class_name"), JsonRequired] string ClassName,
    bool ForceZerosForEmptyPrompt = true,
    IReadOnlyList<string?>? TextEncoder = null,
    [property: JsonPropertyName("text_encoder_2")] IReadOnlyList<string?>? TextEncoder2 = null,
    IReadOnlyList<string?>? Unet = null,
    IReadOnlyList<string?>? Vqvae = null,
    IReadOnlyList<string?>? Bert = null)
{
    /// <summary>Its file.</summary>
    public const string FileName = "model_index.json";

    /// <summary>Largest noise level of an upscaler, where it is said.</summary>
    public int? MaxNoiseLevel { get; init; }

    /// <summary>Whether the UNet knows no texts.</summary>
    public bool IsPlain => Unet is [_, "UNet2DModel"];

    /// <summary>Folders of the text encoders, by number.</summary>
    public IReadOnlyDictionary<int, string> TextEncoders
    {
        get
        {
            var folders = new Dictionary<int, string>();
            if (IsThere(TextEncoder) || !IsThere(TextEncoder2))
            {
                folders.Add(1, "text_encoder");
            }

            if (IsThere(TextEncoder2))
            {
                folders.Add(2, "text_encoder_2");
            }

            return folders;
        }
    }

    private static bool IsThere(IReadOnlyList<string?>? part) => part is [_, not null];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ModelIndex))]
internal sealed partial class DiffusersJson : JsonSerializerContext;

using System.Text.Json.Serialization;

namespace DiffusionHub.Pipelines.Folders;

/// <summary>What the hub reads of <c>model_index.json</c>.</summary>
internal sealed record ModelIndex([property: JsonPropertyName("_class_name"), JsonRequired] string ClassName);

/// <summary>What the hub reads of a UNet's <c>config.json</c>.</summary>
internal sealed record UnetConfig
{
    [JsonRequired]
    public int InChannels { get; set; }

    [JsonRequired]
    public int SampleSize { get; set; }

    [JsonRequired]
    public int CrossAttentionDim { get; set; }
}

/// <summary>What the hub reads of a VAE's <c>config.json</c>.</summary>
internal sealed record VaeConfig
{
    [JsonRequired]
    public int LatentChannels { get; set; }

    [JsonRequired]
    public IReadOnlyList<int> BlockOutChannels { get; set; } = [];

    [JsonRequired]
    public float ScalingFactor { get; set; }

    /// <summary>Pixels a latent's side stands for: each block but the last halves the picture.</summary>
    public int Factor => 1 << (BlockOutChannels.Count - 1);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ModelIndex))]
[JsonSerializable(typeof(UnetConfig))]
[JsonSerializable(typeof(VaeConfig))]
internal sealed partial class DiffusersJson : JsonSerializerContext;

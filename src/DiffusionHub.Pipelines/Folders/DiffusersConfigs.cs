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

/// <summary>What the hub reads of <c>scheduler_config.json</c>; the defaults are diffusers'. (Settable members: the JSON reader would lose them otherwise.)</summary>
internal sealed record SchedulerConfig
{
    public int NumTrainTimesteps { get; set; } = 1000;

    public float BetaStart { get; set; } = 0.0001f;

    public float BetaEnd { get; set; } = 0.02f;

    public string BetaSchedule { get; set; } = "linear";

    public string PredictionType { get; set; } = "epsilon";

    public string TimestepSpacing { get; set; } = "leading";

    public int StepsOffset { get; set; }

    public bool RescaleBetasZeroSnr { get; set; }

    public bool SetAlphaToOne { get; set; } = true;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ModelIndex))]
[JsonSerializable(typeof(UnetConfig))]
[JsonSerializable(typeof(VaeConfig))]
[JsonSerializable(typeof(SchedulerConfig))]
internal sealed partial class DiffusersJson : JsonSerializerContext;

using System.Text.Json.Serialization;

namespace DiffusionHub.Pipelines.Folders;

/// <summary>What the hub reads of <c>model_index.json</c>.</summary>
internal sealed record ModelIndex([property: JsonPropertyName("_class_name"), JsonRequired] string ClassName);

/// <summary>What the hub reads of a UNet's <c>config.json</c>.</summary>
internal sealed record UnetConfig
{
    [JsonRequired]
    public int InChannels { get; init; }

    [JsonRequired]
    public int SampleSize { get; init; }

    [JsonRequired]
    public int CrossAttentionDim { get; init; }
}

/// <summary>What the hub reads of a VAE's <c>config.json</c>.</summary>
internal sealed record VaeConfig
{
    [JsonRequired]
    public int LatentChannels { get; init; }

    [JsonRequired]
    public IReadOnlyList<int> BlockOutChannels { get; init; } = [];

    [JsonRequired]
    public float ScalingFactor { get; init; }

    /// <summary>Pixels a latent's side stands for: each block but the last halves the picture.</summary>
    public int Factor => 1 << (BlockOutChannels.Count - 1);
}

/// <summary>What the hub reads of <c>scheduler_config.json</c>; the defaults are diffusers'.</summary>
internal sealed record SchedulerConfig
{
    public int NumTrainTimesteps { get; init; } = 1000;

    public float BetaStart { get; init; } = 0.0001f;

    public float BetaEnd { get; init; } = 0.02f;

    public string BetaSchedule { get; init; } = "linear";

    public string PredictionType { get; init; } = "epsilon";

    public string TimestepSpacing { get; init; } = "leading";

    public int StepsOffset { get; init; }

    public bool RescaleBetasZeroSnr { get; init; }

    public bool SetAlphaToOne { get; init; } = true;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ModelIndex))]
[JsonSerializable(typeof(UnetConfig))]
[JsonSerializable(typeof(VaeConfig))]
[JsonSerializable(typeof(SchedulerConfig))]
internal sealed partial class DiffusersJson : JsonSerializerContext;

using System.Text.Json.Serialization;

namespace DiffusionHub.Pipelines.Folders;

/// <summary>The hub's own <c>model.json</c> beside a model's files. Everything in it is optional; the family has defaults.</summary>
internal sealed record ModelCard
{
    public const string FileName = "model.json";

    public string? Id { get; init; }

    public string? Family { get; init; }

    public string? Licence { get; init; }

    /// <summary>SHA-256 (lower-case hex) by file name.</summary>
    public IReadOnlyDictionary<string, string> Hashes { get; init; } = new Dictionary<string, string>();

    public ModelCardDefaults Defaults { get; init; } = new();

    public ModelCardLimits Limits { get; init; } = new();

    public long? MemoryBytes { get; init; }

    public static ModelCard Read(ModelFolder folder) => folder.Has(FileName) ? folder.Read(FileName, ModelCardJson.Default.ModelCard) : new ModelCard();
}

/// <summary>What a request gets that names nothing.</summary>
internal sealed record ModelCardDefaults
{
    public int? Steps { get; init; }

    public double? Guidance { get; init; }

    public string? Sampler { get; init; }
}

/// <summary>What a request may ask for.</summary>
internal sealed record ModelCardLimits
{
    public int? Steps { get; init; }

    public int? MinSide { get; init; }

    public int? MaxSide { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ModelCard))]
internal sealed partial class ModelCardJson : JsonSerializerContext;

using System.Text.Json.Serialization;

namespace DiffusionHub.Pipelines.Folders;

/// <summary>The hub's own <c>model.json</c> beside a model's files. Everything in it is optional; the family has defaults. (Settable members: the JSON reader would lose the defaults of others.)</summary>
internal sealed record ModelCard
{
    public const string FileName = "model.json";

    public string? Id { get; set; }

    /// <summary>What the entry is, one of <see cref="ModelKinds"/>.</summary>
    public string Kind { get; set; } = ModelKinds.Model;

    public string? Family { get; set; }

    /// <summary>Where the weights are, when not beside this file: a path, relative to its folder or absolute.</summary>
    public string? Source { get; set; }

    /// <summary>What the network of a single file predicts, where the file does not say: <c>epsilon</c> or <c>v_prediction</c>.</summary>
    public string? PredictionType { get; set; }

    public string? Licence { get; set; }

    /// <summary>SHA-256 (lower-case hex) by file name.</summary>
    public IReadOnlyDictionary<string, string> Hashes { get; set; } = new Dictionary<string, string>();

    public ModelCardDefaults Defaults { get; set; } = new();

    public ModelCardLimits Limits { get; set; } = new();

    /// <summary>Red, green and blue (0..1) of a latent pixel: a factor for each channel and a constant, fitted on the model's own decoder.</summary>
    public IReadOnlyList<IReadOnlyList<float>>? Preview { get; set; }

    public long? MemoryBytes { get; set; }

    public static ModelCard Read(ModelFolder folder) => folder.Has(FileName) ? folder.Read(FileName, ModelCardJson.Default.ModelCard) : new ModelCard();
}

/// <summary>What a request gets that names nothing.</summary>
internal sealed record ModelCardDefaults
{
    public int? Steps { get; set; }

    public double? Guidance { get; set; }

    public string? Sampler { get; set; }
}

/// <summary>What a request may ask for.</summary>
internal sealed record ModelCardLimits
{
    public int? Steps { get; set; }

    public int? MinSide { get; set; }

    public int? MaxSide { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ModelCard))]
internal sealed partial class ModelCardJson : JsonSerializerContext;

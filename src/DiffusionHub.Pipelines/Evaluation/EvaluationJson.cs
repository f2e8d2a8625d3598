using System.Text.Json.Serialization;

namespace DiffusionHub.Pipelines.Evaluation;

/// <summary><c>reference.json</c>.</summary>
internal sealed record ReferenceFacts
{
    /// <summary>Mean over the reference pictures.</summary>
    public required double Sharpness { get; init; }

    /// <summary>Of real pictures that were held out.</summary>
    public required Retrieval Retrieval { get; init; }

    /// <summary>How many there are.</summary>
    public required int Pictures { get; init; }

    /// <summary>What the evaluator is.</summary>
    public required string About { get; init; }

    /// <summary>Its licence.</summary>
    public required string Licence { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ReferenceFacts))]
internal sealed partial class EvaluationJson : JsonSerializerContext;

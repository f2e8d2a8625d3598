using System.Text.Json.Serialization;

namespace DiffusionHub.Pipelines.Folders;

/// <summary>What the hub reads of <c>model_index.json</c>.</summary>
internal sealed record ModelIndex([property: JsonPropertyName("_class_name"), JsonRequired] string ClassName);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ModelIndex))]
internal sealed partial class DiffusersJson : JsonSerializerContext;

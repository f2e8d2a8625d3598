using System.Text.Json;
using System.Text.Json.Serialization;
using DiffusionHub.Domain.Models;

namespace DiffusionHub.Domain.Requests;

/// <summary>JSON form of the documents that cross process and database boundaries, source-generated.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GenerationRequest))]
[JsonSerializable(typeof(ModelCapabilities))]
[JsonSerializable(typeof(ModelAsset))]
[JsonSerializable(typeof(IReadOnlyList<ModelCapabilities>))]
public sealed partial class RequestJson : JsonSerializerContext;

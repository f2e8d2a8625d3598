using System.Text.Json;
using System.Text.Json.Serialization;
using DiffusionHub.Cli.Commands.Verify.Kinds;
using DiffusionHub.Cli.Commands.Verify.Kinds.Pipelines;

namespace DiffusionHub.Cli.Commands.Verify;

/// <summary>The files of a reference folder, and the report.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(JsonElement[]))]
[JsonSerializable(typeof(CpuNumbers))]
[JsonSerializable(typeof(NvNumbers))]
[JsonSerializable(typeof(SchedulerFile))]
[JsonSerializable(typeof(SchedulerWalk))]
[JsonSerializable(typeof(KDiffusionFile))]
[JsonSerializable(typeof(KDiffusionWalk))]
[JsonSerializable(typeof(TokenizedText))]
[JsonSerializable(typeof(PipelineCase))]
[JsonSerializable(typeof(GradientCase))]
[JsonSerializable(typeof(InversionCase))]
[JsonSerializable(typeof(VerifyReport))]
internal sealed partial class VerifyJson : JsonSerializerContext;

using System.Text.Json.Serialization;

namespace DiffusionHub.Domain.Requests;

/// <summary>How a picture is traced back to its noise: EDICT (Wallace et al. 2022).</summary>
/// <param name="Caption">What the picture shows now.</param>
/// <param name="Mix">How much each of the two coupled latents keeps of itself in a mixing step (the paper's p). Null: 0.93.</param>
[method: JsonConstructor]
public sealed record InversionRequest(string Caption = "", double? Mix = null);

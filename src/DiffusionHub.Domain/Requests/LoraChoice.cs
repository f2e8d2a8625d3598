using System.Text.Json.Serialization;

namespace DiffusionHub.Domain.Requests;

/// <summary>A low-rank adapter and its weight.</summary>
/// <param name="File">The adapter, as the catalogue lists it; in <c>hub generate</c> also a file.</param>
/// <param name="Weight">Factor of what it adds; negative takes away.</param>
[method: JsonConstructor]
public sealed record LoraChoice(string File, double Weight = 1);

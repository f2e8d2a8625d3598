using System.Text.Json.Serialization;

namespace DiffusionHub.Domain.Requests;

/// <summary>A network whose gradient leads a picture to where it likes it: a classifier, CLIP, or an aesthetic score.</summary>
/// <param name="Model">The network, as the catalogue lists it; in <c>hub generate</c> also a folder.</param>
/// <param name="Target">The class that a classifier shall see, by number or name; the text that CLIP shall see. Null: the prompt.</param>
/// <param name="Scale">Factor of its gradient. Null: 1.</param>
/// <param name="Rounds">How many times the first latents are bettered through the whole way (DOODL, Wallace et al. 2023). Null or 0: the gradient is added in each step.</param>
[method: JsonConstructor]
public sealed record GuideRequest(string Model = "", [property: JsonConverter(typeof(ClassLabelConverter))] string? Target = null, double? Scale = null, int? Rounds = null);

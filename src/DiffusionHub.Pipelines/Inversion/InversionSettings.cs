namespace DiffusionHub.Pipelines.Inversion;

/// <summary>How latents are traced back and made again.</summary>
/// <param name="Steps">Steps of the whole way.</param>
/// <param name="Strength">The part of them that is walked, above 0 to 1.</param>
/// <param name="Guidance">Guidance scale of both directions; at 1 or below there is no second pass.</param>
/// <param name="Mix">What each of the two latents keeps of itself in a mixing step, 0.5 to 1.</param>
public sealed record InversionSettings(int Steps, double Strength, double Guidance, double Mix);

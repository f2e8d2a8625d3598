using DiffusionHub.Pipelines.Families.StableDiffusion;
using DiffusionHub.Pipelines.Families.StableDiffusionXl;
using DiffusionHub.Pipelines.Parts;

namespace DiffusionHub.Pipelines.Families.Turbo;

/// <summary>
/// Stable Diffusion distilled to one to four steps without guidance (Sauer et al., "Adversarial Diffusion Distillation", 2023): SD-Turbo,
/// SDXL-Turbo and their kin. They run as what they were distilled from; what differs is what a request gets that names nothing.
/// </summary>
internal sealed class TurboFamily : IModelFamily
{
    private const string Mark = "turbo";
    private static readonly FamilyDefaults Defaults = new(Steps: 1, Guidance: 0);
    private static readonly StableDiffusionFamily Small = new();
    private static readonly StableDiffusionXlFamily Large = new();

    public string Name => "Turbo";

    public IReadOnlyList<string> PipelineClasses => [.. Small.PipelineClasses, .. Large.PipelineClasses];

    public IReadOnlyList<string> Tasks => KnownTasks.All;

    // No config says so: the name does, or the way in which all of them sample.
    public bool Recognises(ModelParts parts) => parts.IsTurbo || parts.Source.Name.Contains(Mark, StringComparison.OrdinalIgnoreCase) || parts.Process.IsFewStep;

    public ModelDescription Describe(ModelParts parts) => LatentDescription.Of(parts, Name, Defaults);

    public IPipeline Load(ModelParts parts, ModelDescription description) => Of(parts).Load(parts, description);

    private static IModelFamily Of(ModelParts parts) => Large.PipelineClasses.Contains(parts.PipelineClass) ? Large : Small;
}

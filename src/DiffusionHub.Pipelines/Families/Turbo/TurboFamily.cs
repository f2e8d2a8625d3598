using DiffusionHub.Inference.Checkpoints;
using DiffusionHub.Pipelines.Families.StableDiffusion;
using DiffusionHub.Pipelines.Families.StableDiffusionXl;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Parts;

namespace DiffusionHub.Pipelines.Families.Turbo;

/// <summary>
/// Stable Diffusion distilled to one to four steps without guidance (Sauer et al., "Adversarial Diffusion Distillation", 2023): SD-Turbo,
/// SDXL-Turbo and their kin. They run as what they were distilled from; what differs is what a request gets that names nothing.
/// </summary>
internal sealed class TurboFamily : IModelFamily
{
    private static readonly StableDiffusionFamily Small = new();
    private static readonly StableDiffusionXlFamily Large = new();

    public string Name => "Turbo";

    public IReadOnlyList<string> PipelineClasses => [.. Small.PipelineClasses, .. Large.PipelineClasses];

    public IReadOnlyList<string> Tasks => KnownTasks.Latent;

    // No config says so, but the name: the folder's, or in a download cache that of the folder around its versions.
    public bool Recognises(ModelParts parts) => Of(parts.Source) is not null || parts.FewSteps is not null;

    public ModelDescription Describe(ModelParts parts)
    {
        var few = parts.FewSteps ?? Of(parts.Source) ?? throw new InvalidOperationException($"{parts.Source.Path} was not recognised.");
        return LatentDescription.Of(parts, Name, new FamilyDefaults(few.Steps, Guidance: 0));
    }

    public IPipeline Load(ModelParts parts, ModelDescription description) => Of(parts).Load(parts, description);

    private static IModelFamily Of(ModelParts parts) => Large.PipelineClasses.Contains(parts.PipelineClass) ? Large : Small;

    private static FewSteps? Of(ModelSource source) =>
        FewSteps.Of(source.Name) ?? (source.Path.Split(Path.DirectorySeparatorChar).LastOrDefault(part => part.StartsWith("models--", StringComparison.Ordinal)) is { } cached ? FewSteps.Of(cached) : null);
}

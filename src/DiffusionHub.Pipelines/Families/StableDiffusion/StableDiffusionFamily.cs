using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Parts;

namespace DiffusionHub.Pipelines.Families.StableDiffusion;

/// <summary>Latent diffusion with one CLIP text encoder (Rombach et al. 2022): Stable Diffusion 1 and 2, and the built-in sprout.</summary>
internal sealed class StableDiffusionFamily : IModelFamily
{
    private static readonly FamilyDefaults Defaults = new(Steps: 25, Guidance: 7.5);

    public string Name => "StableDiffusion";

    public IReadOnlyList<string> PipelineClasses =>
        ["StableDiffusionPipeline", "StableDiffusionImg2ImgPipeline", "StableDiffusionInpaintPipeline", "StableDiffusionControlNetPipeline"];

    public IReadOnlyList<string> Tasks => [.. KnownTasks.Latent, KnownTasks.Editing];

    public bool Recognises(ModelParts parts) => true;

    public ModelDescription Describe(ModelParts parts) => LatentDescription.Editable(LatentDescription.Of(parts, Name, Defaults), parts);

    public IPipeline Load(ModelParts parts, ModelDescription description) => new LatentPipeline(description, parts, new StableDiffusionConditioner(parts));
}

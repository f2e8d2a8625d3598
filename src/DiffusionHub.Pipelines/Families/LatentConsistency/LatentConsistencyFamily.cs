using DiffusionHub.Pipelines.Families.StableDiffusion;
using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Parts;

namespace DiffusionHub.Pipelines.Families.LatentConsistency;

/// <summary>Latent consistency models (Luo et al. 2023): Stable Diffusion distilled to a few steps, with the guidance scale as an input of the UNet.</summary>
internal sealed class LatentConsistencyFamily : IModelFamily
{
    private static readonly FamilyDefaults Defaults = new(Steps: 4, Guidance: 8.5);

    public string Name => "LatentConsistency";

    public IReadOnlyList<string> PipelineClasses => ["LatentConsistencyModelPipeline", "LatentConsistencyModelImg2ImgPipeline"];

    public IReadOnlyList<string> Tasks => KnownTasks.Latent;

    public bool Recognises(ModelParts parts) => true;

    public ModelDescription Describe(ModelParts parts) => LatentDescription.Of(parts, Name, Defaults);

    public IPipeline Load(ModelParts parts, ModelDescription description) => new LatentPipeline(description, parts, new StableDiffusionConditioner(parts));
}

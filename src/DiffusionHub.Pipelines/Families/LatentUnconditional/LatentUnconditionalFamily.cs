using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Stages;

namespace DiffusionHub.Pipelines.Families.LatentUnconditional;

/// <summary>Latent diffusion without text (Rombach et al. 2022, section 4.1): the latents are near the codes of a book, and each becomes the nearest one before it is decoded.</summary>
internal sealed class LatentUnconditionalFamily : IModelFamily
{
    private static readonly FamilyDefaults Defaults = new(Steps: 50, Guidance: 0);

    public string Name => "LatentUnconditional";

    public IReadOnlyList<string> PipelineClasses => ["LDMPipeline"];

    public IReadOnlyList<string> Tasks => [KnownTasks.Unconditional, KnownTasks.ClassToImage];

    public bool Recognises(ModelParts parts) => true;

    public ModelDescription Describe(ModelParts parts) => PlainDescription.Of(parts, Name, Defaults);

    public IPipeline Load(ModelParts parts, ModelDescription description) => new LatentPipeline(description, parts, new ClassConditioner(parts.Unet.Traits));
}

using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Parts;

namespace DiffusionHub.Pipelines.Families.LatentText;

/// <summary>The first latent diffusion model with text (Rombach et al. 2022, section 4.3.1): a text encoder like BERT, learnt with the UNet.</summary>
internal sealed class LatentTextFamily : IModelFamily
{
    private static readonly FamilyDefaults Defaults = new(Steps: 50, Guidance: 6);

    public string Name => "LatentText";

    public IReadOnlyList<string> PipelineClasses => ["LDMTextToImagePipeline"];

    public IReadOnlyList<string> Tasks => KnownTasks.Latent;

    public bool Recognises(ModelParts parts) => parts.Bert is not null;

    // Its tokens are as long as those of a later family, whose adapters and ControlNets do not fit.
    public ModelDescription Describe(ModelParts parts) => LatentDescription.Of(parts, Name, Defaults) with { Base = null };

    public IPipeline Load(ModelParts parts, ModelDescription description) => new LatentPipeline(description, parts, new BertConditioner(parts.Bert!));
}

using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Stages;

namespace DiffusionHub.Pipelines.Families.LatentSuperResolution;

/// <summary>Latent diffusion that makes a picture larger (Rombach et al. 2022, section 4.4.1): the UNet sees the small picture beside latents of its size.</summary>
internal sealed class LatentSuperResolutionFamily : IModelFamily
{
    private static readonly FamilyDefaults Defaults = new(Steps: 100, Guidance: 0);

    public string Name => "LatentSuperResolution";

    public IReadOnlyList<string> PipelineClasses => ["LDMSuperResolutionPipeline"];

    public IReadOnlyList<string> Tasks => [KnownTasks.Upscaling];

    public bool Recognises(ModelParts parts) => true;

    public ModelDescription Describe(ModelParts parts) => PlainDescription.Of(parts, Name, Defaults, SmallPictureStarter.Channels) with { Tasks = Tasks, UpscaleFactor = parts.Vae.Factor };

    // Its latents were never scaled.
    public IPipeline Load(ModelParts parts, ModelDescription description) => new LatentPipeline(
        description, parts with { Vae = parts.Vae with { ScalingFactor = 1 } }, new ClassConditioner(parts.Unet.Traits), new SmallPictureStarter(description, parts));
}

using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Parts;

namespace DiffusionHub.Pipelines.Families.StableDiffusionXl;

/// <summary>Latent diffusion with two text encoders and a UNet that is told sizes (Podell et al. 2023): SDXL, and its refiner.</summary>
internal sealed class StableDiffusionXlFamily : IModelFamily
{
    private static readonly FamilyDefaults Defaults = new(Steps: 30, Guidance: 5);

    public string Name => "StableDiffusionXl";

    public IReadOnlyList<string> PipelineClasses =>
        ["StableDiffusionXLPipeline", "StableDiffusionXLImg2ImgPipeline", "StableDiffusionXLInpaintPipeline", "StableDiffusionXLControlNetPipeline"];

    public IReadOnlyList<string> Tasks => [.. KnownTasks.Latent, KnownTasks.Editing];

    public bool Recognises(ModelParts parts) => true;

    // The refiner was trained on the last part of the way only: it needs a picture to begin with.
    public ModelDescription Describe(ModelParts parts)
    {
        _ = parts.TextEncoder(2);
        var description = LatentDescription.Of(parts, Name, Defaults);
        return parts.TextEncoders.ContainsKey(1) ? LatentDescription.Editable(description, parts) : description with { Tasks = [.. description.Tasks.Where(task => task != KnownTasks.TextToImage)] };
    }

    public IPipeline Load(ModelParts parts, ModelDescription description) => new LatentPipeline(description, parts, new StableDiffusionXlConditioner(parts));
}

using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Pipelines.Families.StableDiffusion;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Parts;

namespace DiffusionHub.Pipelines.Families.StableUnclip;

/// <summary>Stable Diffusion 2.1 that is told what a picture shows beside what a text says (Ramesh et al. 2022): variations of a picture.</summary>
/// <remarks>A <c>StableUnCLIPPipeline</c> guesses the picture's vector from the text; where the folder has an image encoder too, it makes variations as well.</remarks>
internal sealed class StableUnclipFamily : IModelFamily
{
    private static readonly FamilyDefaults Defaults = new(Steps: 20, Guidance: 10);

    public string Name => "StableUnclip";

    public IReadOnlyList<string> PipelineClasses => ["StableUnCLIPImg2ImgPipeline", "StableUnCLIPPipeline"];

    public IReadOnlyList<string> Tasks { get; } = [KnownTasks.ImageVariation];

    public bool Recognises(ModelParts parts) => true;

    public ModelDescription Describe(ModelParts parts)
    {
        LatentDescription.RequireFolder(parts);
        LatentDescription.RequireChannels(parts, beside: 0);
        LatentDescription.RequireClasses(parts, UnetClasses.Projection);
        using var embedder = ImageEmbedder.Read(parts);
        var width = parts.Unet.Traits.Config!.ClassWidth;
        return width == embedder.Width
            ? LatentDescription.Of(parts with { WeightBytes = parts.WeightBytes + embedder.WeightBytes }, Name, Defaults) with
            {
                Tasks = Tasks,
                TakesControlNets = false,
                HasControlNet = false,
                TakesGuides = false,
                MaxNoiseLevel = embedder.MaxNoiseLevel,
            }
            : throw ModelFolderException.Unsupported(parts.Source.Folder.File("unet/config.json"), "projection_class_embeddings_input_dim", $"{width}", $"{embedder.Width}");
    }

    public IPipeline Load(ModelParts parts, ModelDescription description) =>
        new LatentPipeline(description, parts, new StableDiffusionConditioner(parts), new VariationStarter(ImageEmbedder.Read(parts)));
}

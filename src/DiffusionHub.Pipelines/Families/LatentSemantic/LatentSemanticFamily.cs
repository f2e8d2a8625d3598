using DiffusionHub.Inference.Graphs.Maps;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Stages;

namespace DiffusionHub.Pipelines.Families.LatentSemantic;

/// <summary>
/// Latent diffusion that makes a picture from a map of classes (Rombach et al. 2022, section 4.3.2), which the UNet sees beside the latents. No library
/// has a class for it; the form of its folder is the hub's own (docs/models.md).
/// </summary>
internal sealed class LatentSemanticFamily : IModelFamily
{
    private const string Encoder = "map_encoder";
    private const string Config = $"{Encoder}/config.json";
    private static readonly FamilyDefaults Defaults = new(Steps: 50, Guidance: 0);

    public string Name => "LatentSemantic";

    public IReadOnlyList<string> PipelineClasses => ["LDMSemanticPipeline"];

    public IReadOnlyList<string> Tasks => [KnownTasks.SemanticToImage];

    public bool Recognises(ModelParts parts) => true;

    public ModelDescription Describe(ModelParts parts)
    {
        var (config, weights) = Read(parts);
        return PlainDescription.Of(parts with { WeightBytes = parts.WeightBytes + parts.Source.Folder.WeightBytes(weights) }, Name, Defaults, config.OutChannels) with
        {
            Tasks = Tasks, MapClasses = config.Classes,
        };
    }

    public IPipeline Load(ModelParts parts, ModelDescription description)
    {
        var (config, weights) = Read(parts);
        var map = new MapStarter(config, () => parts.Source.Folder.Load(weights, set => MapEncoderGraph.Write(config, set)));
        return new LatentPipeline(description, parts, new ClassConditioner(parts.Unet.Traits), map);
    }

    private static (MapEncoderConfig Config, string Weights) Read(ModelParts parts)
    {
        var folder = parts.Source.Folder;
        var config = folder.Config(Config, MapEncoderConfig.Read);
        return config.Factor == parts.Vae.Factor
            ? (config, WeightFiles.Find(folder, Encoder, WeightFiles.Diffusers))
            : throw ModelFolderException.Unsupported(folder.File(Config), "n_stages", $"{config.Stages}", $"{int.Log2(parts.Vae.Factor)}");
    }
}

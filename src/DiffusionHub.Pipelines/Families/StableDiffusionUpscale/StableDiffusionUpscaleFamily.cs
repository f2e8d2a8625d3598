using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Pipelines.Families.StableDiffusion;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Pipelines.Tiling;

namespace DiffusionHub.Pipelines.Families.StableDiffusionUpscale;

/// <summary>Stable Diffusion 2's upscaler: latents beside a picture with a fourth of the sides, as Saharia et al. 2022 ("Cascaded Diffusion Models") condition on low resolutions under noise.</summary>
internal sealed class StableDiffusionUpscaleFamily : IModelFamily
{
    private const string LowResolution = "low_res_scheduler";

    // As published; the pipeline's own defaults.
    private const int UsualMostNoise = 350;
    private const int UsualNoise = 20;

    /// <summary>
    /// Pictures of up to 192² are enlarged whole, larger ones in pieces of that size. Beside its weights the published model takes 0.8 GB to decode
    /// 128² latents, and about 1 GB to denoise them with a negative prompt; of 192² a little more than twice that, whatever the picture's size.
    /// </summary>
    public static readonly TileSize Tiles = new(Side: 192, Overlap: 48);

    private static readonly FamilyDefaults Defaults = new(Steps: 25, Guidance: 9) { LargestSide = 8192 };

    public string Name => "StableDiffusionUpscale";

    public IReadOnlyList<string> PipelineClasses => ["StableDiffusionUpscalePipeline"];

    public IReadOnlyList<string> Tasks { get; } = [KnownTasks.Upscaling];

    public bool Recognises(ModelParts parts) => true;

    public ModelDescription Describe(ModelParts parts)
    {
        LatentDescription.RequireFolder(parts);
        LatentDescription.RequireChannels(parts, beside: 3);
        LatentDescription.RequireClasses(parts, UnetClasses.Table);
        var index = parts.Source.Folder.Read(ModelIndex.FileName, DiffusersJson.Default.ModelIndex);
        var rows = Math.Min(parts.Unet.Traits.Config!.ClassWidth, ForwardNoise.Read(parts.Source.Folder, LowResolution).Length);
        var most = Math.Min(index.MaxNoiseLevel ?? UsualMostNoise, rows - 1);
        var factor = parts.Vae.Factor;
        return LatentDescription.Of(parts, Name, Defaults) with
        {
            Tasks = Tasks,
            TakesControlNets = false,
            HasControlNet = false,
            TakesGuides = false,
            UpscaleFactor = factor,
            // The picture's own sides are rounded down to multiples of the factor too.
            SideMultiple = factor * factor,
            MaxNoiseLevel = most,
            DefaultNoiseLevel = Math.Min(UsualNoise, most),
        };
    }

    public IPipeline Load(ModelParts parts, ModelDescription description)
    {
        var starter = new UpscaleStarter(parts, description, ForwardNoise.Read(parts.Source.Folder, LowResolution));
        return new LatentPipeline(description, parts, new StableDiffusionConditioner(parts), starter) { Tiles = Tiles };
    }
}

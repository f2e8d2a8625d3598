using DiffusionHub.Pipelines.Families.StableDiffusion;
using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Parts;

namespace DiffusionHub.Pipelines.Families.StableDiffusionDepth;

/// <summary>Stable Diffusion 2 with a fifth channel for depth: a picture made anew that keeps its shapes.</summary>
internal sealed class StableDiffusionDepthFamily : IModelFamily
{
    private static readonly FamilyDefaults Defaults = new(Steps: 25, Guidance: 7.5);

    public string Name => "StableDiffusionDepth";

    public IReadOnlyList<string> PipelineClasses => ["StableDiffusionDepth2ImgPipeline"];

    public IReadOnlyList<string> Tasks { get; } = [KnownTasks.DepthToImage];

    public bool Recognises(ModelParts parts) => true;

    public ModelDescription Describe(ModelParts parts)
    {
        LatentDescription.RequireChannels(parts, beside: 1);
        using var estimator = DepthEstimator.Read(parts);
        return LatentDescription.Of(parts with { WeightBytes = parts.WeightBytes + (estimator?.WeightBytes ?? 0) }, Name, Defaults) with
        {
            Tasks = Tasks,
            TakesControlNets = false,
            HasControlNet = false,
            TakesGuides = false,
            EstimatesDepth = estimator is not null,
        };
    }

    public IPipeline Load(ModelParts parts, ModelDescription description) =>
        new LatentPipeline(description, parts, new StableDiffusionConditioner(parts), new DepthStarter(DepthEstimator.Read(parts)));
}

using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Stages;

namespace DiffusionHub.Pipelines.Families.PixelDiffusion;

/// <summary>Diffusion of pixels without text (Ho et al. 2020; Song et al. 2021; with classes Dhariwal and Nichol 2021): the state is the picture.</summary>
internal sealed class PixelDiffusionFamily : IModelFamily
{
    private const string Implicit = "DDIMPipeline";

    // Steps with fresh noise need to be many, up to all that were trained.
    private static readonly FamilyDefaults Defaults = new(Steps: 250, Guidance: 0) { MostSteps = 1000 };

    public string Name => "PixelDiffusion";

    public IReadOnlyList<string> PipelineClasses => ["DDPMPipeline", Implicit];

    public IReadOnlyList<string> Tasks => [KnownTasks.Unconditional, KnownTasks.ClassToImage];

    public bool Recognises(ModelParts parts) => true;

    public ModelDescription Describe(ModelParts parts) => PlainDescription.Of(Sampled(parts), Name, parts.PipelineClass == Implicit ? Defaults with { Steps = 50 } : Defaults);

    public IPipeline Load(ModelParts parts, ModelDescription description) => new LatentPipeline(description, Sampled(parts), new ClassConditioner(parts.Unet.Traits));

    // That class samples with DDIM whatever scheduler the folder names.
    private static ModelParts Sampled(ModelParts parts) => parts.PipelineClass == Implicit ? parts with { Process = parts.Process.As("DDIMScheduler") } : parts;
}

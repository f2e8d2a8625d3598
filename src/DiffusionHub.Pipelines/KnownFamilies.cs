using DiffusionHub.Pipelines.Families;
using DiffusionHub.Pipelines.Families.LatentConsistency;
using DiffusionHub.Pipelines.Families.LatentSemantic;
using DiffusionHub.Pipelines.Families.LatentSuperResolution;
using DiffusionHub.Pipelines.Families.LatentText;
using DiffusionHub.Pipelines.Families.LatentUnconditional;
using DiffusionHub.Pipelines.Families.PixelDiffusion;
using DiffusionHub.Pipelines.Families.StableDiffusion;
using DiffusionHub.Pipelines.Families.StableDiffusionDepth;
using DiffusionHub.Pipelines.Families.StableDiffusionUpscale;
using DiffusionHub.Pipelines.Families.StableDiffusionXl;
using DiffusionHub.Pipelines.Families.StableUnclip;
using DiffusionHub.Pipelines.Families.Turbo;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Parts;

namespace DiffusionHub.Pipelines;

/// <summary>Every family that the hub knows.</summary>
public static class KnownFamilies
{
    // The one list to add to; of two that recognise a model the first has it.
    private static readonly IModelFamily[] All =
    [
        new TurboFamily(),
        new LatentConsistencyFamily(),
        new StableDiffusionXlFamily(),
        new StableDiffusionFamily(),
        new StableDiffusionDepthFamily(),
        new StableDiffusionUpscaleFamily(),
        new StableUnclipFamily(),
        new LatentTextFamily(),
        new LatentUnconditionalFamily(),
        new LatentSuperResolutionFamily(),
        new LatentSemanticFamily(),
        new PixelDiffusionFamily(),
    ];

    /// <summary>Names of the families, with what their models can do at most.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Tasks { get; } = All.ToDictionary(family => family.Name, family => family.Tasks, StringComparer.Ordinal);

    /// <summary>Whether a family runs the models of that diffusers class.</summary>
    public static bool Knows(string pipelineClass) => All.Any(family => family.PipelineClasses.Contains(pipelineClass));

    /// <summary>Describes a model.</summary>
    /// <exception cref="ModelFolderException">It cannot be used; the message says why.</exception>
    public static ModelDescription Describe(ModelSource source)
    {
        var parts = ModelReader.Read(source);
        return Of(parts).Describe(parts);
    }

    /// <summary>Loads a model.</summary>
    /// <exception cref="ModelFolderException">It cannot be used; the message says why.</exception>
    /// <exception cref="Inference.InferenceException">A graph cannot be loaded.</exception>
    public static IPipeline Load(ModelSource source)
    {
        var parts = ModelReader.Read(source);
        var family = Of(parts);
        return family.Load(parts, family.Describe(parts));
    }

    /// <summary>Refuses a diffusers class that no family runs.</summary>
    internal static void RequireKnown(string path, string pipelineClass)
    {
        if (!Knows(pipelineClass))
        {
            throw ModelFolderException.UnknownFamily(path, pipelineClass, All.SelectMany(family => family.PipelineClasses).Distinct().Order(StringComparer.Ordinal));
        }
    }

    private static IModelFamily Of(ModelParts parts)
    {
        RequireKnown(parts.Source.Path, parts.PipelineClass);
        return All.First(family => family.PipelineClasses.Contains(parts.PipelineClass) && family.Recognises(parts));
    }
}

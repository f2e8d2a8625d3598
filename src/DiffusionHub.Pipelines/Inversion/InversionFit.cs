using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Parts;

namespace DiffusionHub.Pipelines.Inversion;

/// <summary>Holds a request for editing or for optimised latents against what can be done.</summary>
internal static class InversionFit
{
    private const double LeastMix = 0.5;

    /// <summary>Refuses what an inversion cannot use.</summary>
    /// <exception cref="UnfitRequestException">It has some of that.</exception>
    public static void CheckEditing(PictureRequest request, InversionChoice choice, ModelDescription description, ModelParts parts)
    {
        RequestFit.Require(description.Tasks.Contains(KnownTasks.Editing), "inversion", parts.Unet.Traits.InChannels > parts.Vae.Channels ? PipelineTexts.InversionRepaints : PipelineTexts.NoInversion);
        RequestFit.Require(request.Init is not null, "init", PipelineTexts.InversionNeedsInit);
        RequestFit.Require(!string.IsNullOrWhiteSpace(choice.Caption), "caption", PipelineTexts.InversionNeedsCaption);
        RequestFit.Require(choice.Mix is >= LeastMix and <= 1, "mix", PipelineTexts.BadMix, choice.Mix, LeastMix);
        RequestFit.Require(request.Guide is null, "guide", PipelineTexts.InversionAlone, "guide");
        CheckAlone(request, PipelineTexts.InversionAlone);
    }

    /// <summary>Refuses what an optimisation of the first latents cannot use.</summary>
    /// <exception cref="UnfitRequestException">It has some of that.</exception>
    public static void CheckOptimization(PictureRequest request, ModelDescription description, ModelParts parts)
    {
        // Without an encoder nothing can be edited, but the way from noise is the same.
        RequestFit.Require(description.Tasks.Contains(KnownTasks.Editing) || (description.Tasks.Contains(KnownTasks.TextToImage) && parts.Vae.LoadEncoder is null && parts.WalksInSmallSteps), "guide", PipelineTexts.NoOptimization);
        RequestFit.Require(request.Init is null, "init", PipelineTexts.OptimizationAlone, "init");
        CheckAlone(request, PipelineTexts.OptimizationAlone);
    }

    private static void CheckAlone(PictureRequest request, string text)
    {
        RequestFit.Require(request.Mask is null, "mask", text, "mask");
        RequestFit.Require(request.Control is null, "control", text, "control");
        RequestFit.Require(request.Refiner is null, "refiner", text, "refiner");
        RequestFit.Require(request.GuidanceRescale == 0, "guidanceRescale", text, "guidanceRescale");
    }
}

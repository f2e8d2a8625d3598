using System.Globalization;
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
        Require(description.Tasks.Contains(KnownTasks.Editing), "inversion", parts.Unet.Traits.InChannels > parts.Vae.Channels ? PipelineTexts.InversionRepaints : PipelineTexts.NoInversion);
        Require(request.Init is not null, "init", PipelineTexts.InversionNeedsInit);
        Require(!string.IsNullOrWhiteSpace(choice.Caption), "caption", PipelineTexts.InversionNeedsCaption);
        Require(choice.Mix is >= LeastMix and <= 1, "mix", PipelineTexts.BadMix, choice.Mix, LeastMix);
        Require(request.Guide is null, "guide", PipelineTexts.InversionAlone, "guide");
        CheckAlone(request, PipelineTexts.InversionAlone);
    }

    /// <summary>Refuses what an optimisation of the first latents cannot use.</summary>
    /// <exception cref="UnfitRequestException">It has some of that.</exception>
    public static void CheckOptimization(PictureRequest request, ModelDescription description, ModelParts parts)
    {
        // Without an encoder nothing can be edited, but the way from noise is the same.
        Require(description.Tasks.Contains(KnownTasks.Editing) || (description.Tasks.Contains(KnownTasks.TextToImage) && parts.Vae.LoadEncoder is null && parts.Unet.Traits.GuidanceWidth is null && parts.Process.Discrete), "guide", PipelineTexts.NoOptimization);
        Require(request.Init is null, "init", PipelineTexts.OptimizationAlone, "init");
        CheckAlone(request, PipelineTexts.OptimizationAlone);
    }

    private static void CheckAlone(PictureRequest request, string text)
    {
        Require(request.Mask is null, "mask", text, "mask");
        Require(request.Control is null, "control", text, "control");
        Require(request.Refiner is null, "refiner", text, "refiner");
        Require(request.GuidanceRescale == 0, "guidanceRescale", text, "guidanceRescale");
    }

    private static void Require(bool holds, string field, string text, params object[] values)
    {
        if (!holds)
        {
            throw new UnfitRequestException(field, string.Format(CultureInfo.InvariantCulture, text, values));
        }
    }
}

using DiffusionHub.Domain.Models;

namespace DiffusionHub.Domain.Requests;

/// <summary>What a request may say of the pictures that it begins with and of their sizes.</summary>
internal static class PictureRules
{
    public static void Check(GenerationRequest request, ModelCapabilities model, RequestFaults faults)
    {
        faults.Name("init", request.Init);
        faults.Name("mask", request.Mask);
        faults.Range("strength", request.Strength, 0, 1);
        var steps = request.Steps ?? model.DefaultSteps;
        if (request.Init is not null && ModelTasks.TakesStrength(ModelTasks.Of(request, model)) && RequestValidator.Strength(request) is >= 0 and <= 1 and var strength)
        {
            faults.Require((int)(steps * strength) >= 1, "strength", RequestTexts.NoStepLeft, steps, strength);
        }

        faults.Pair("originalSize", request.OriginalSize, 1);
        faults.Pair("targetSize", request.TargetSize, 1);
        faults.Pair("cropTopLeft", request.CropTopLeft, 0);
        faults.Range("aestheticScore", request.AestheticScore, 0, RequestLimits.AestheticScore);
        faults.Range("negativeAestheticScore", request.NegativeAestheticScore, 0, RequestLimits.AestheticScore);
    }
}

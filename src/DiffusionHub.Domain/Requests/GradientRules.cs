using DiffusionHub.Domain.Models;

namespace DiffusionHub.Domain.Requests;

/// <summary>What a request may say of an inversion and of other networks' gradients.</summary>
internal static class GradientRules
{
    public static void Check(GenerationRequest request, ModelCapabilities model, RequestFaults faults)
    {
        if (request.Inversion is { } inversion)
        {
            faults.Text("inversion.caption", inversion.Caption);
            faults.Require(!string.IsNullOrWhiteSpace(inversion.Caption), "inversion.caption", RequestTexts.NeedsCaption);
            faults.Range("inversion.mix", inversion.Mix, RequestLimits.LeastMix, RequestLimits.MostMix);
            faults.Require(request.Mask is null, "inversion", RequestTexts.InversionOrMask);
            faults.Require(request.Guide is null, "guide", RequestTexts.InversionAlone, "guide");
            Alone(request, RequestTexts.InversionAlone, faults);
        }

        if (request.Guide is { } guide)
        {
            faults.Require(model.TakesGuides, "guide", RequestTexts.NoGuides, model.Name);
            faults.Name("guide.model", guide.Model);
            faults.Text("guide.target", guide.Target ?? "");
            faults.Range("guide.scale", guide.Scale, -RequestLimits.GuideScale, RequestLimits.GuideScale);
            faults.Range("guide.rounds", guide.Rounds, 0, RequestLimits.GuideRounds);
            if (guide.Rounds > 0 && request.Inversion is null && model.TakesGuides)
            {
                Rounds(request, model, faults);
            }
        }
    }

    private static void Rounds(GenerationRequest request, ModelCapabilities model, RequestFaults faults)
    {
        faults.Require(ModelTasks.TakesRounds(model), "guide.rounds", RequestTexts.NoRounds, model.Name);
        faults.Require(request.Init is null, "init", RequestTexts.RoundsAlone, "init");
        faults.Require(request.Mask is null || request.Init is null, "mask", RequestTexts.RoundsAlone, "mask");
        Alone(request, RequestTexts.RoundsAlone, faults);
    }

    // They have steps of their own, which none of these knows.
    private static void Alone(GenerationRequest request, string text, RequestFaults faults)
    {
        faults.Require(request.Control is null, "control", text, "control");
        faults.Require(request.Refiner is null, "refiner", text, "refiner");
        faults.Require(request.GuidanceRescale is null or 0, "guidanceRescale", text, "guidanceRescale");
    }
}

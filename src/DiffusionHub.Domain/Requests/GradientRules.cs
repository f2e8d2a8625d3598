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
        }

        if (request.Guide is { } guide)
        {
            faults.Require(model.TakesGuides, "guide", RequestTexts.NoGuides, model.Name);
            faults.Name("guide.model", guide.Model);
            faults.Text("guide.target", guide.Target ?? "");
            faults.Range("guide.scale", guide.Scale, -RequestLimits.GuideScale, RequestLimits.GuideScale);
            faults.Range("guide.rounds", guide.Rounds, 0, RequestLimits.GuideRounds);
            faults.Require(guide.Rounds is null or 0 || request.Inversion is null, "guide.rounds", RequestTexts.RoundsOrInversion);
        }
    }
}

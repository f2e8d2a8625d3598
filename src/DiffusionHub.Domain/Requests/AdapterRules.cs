using DiffusionHub.Domain.Models;

namespace DiffusionHub.Domain.Requests;

/// <summary>What a request may say of other networks beside the model's own, and of the model's parts.</summary>
internal static class AdapterRules
{
    public static void Check(GenerationRequest request, ModelCapabilities model, RequestFaults faults)
    {
        faults.Range("clipSkip", request.ClipSkip, 0, model.MaxClipSkip);
        Loras(request, model, faults);
        faults.Name("control", request.Control);
        faults.Name("controlNet", request.ControlNet);
        faults.Name("vae", request.Vae);
        faults.Name("refiner", request.Refiner);
        faults.Range("controlScale", request.ControlScale, 0, RequestLimits.ControlScale);
        faults.Range("controlStart", request.ControlStart, 0, 1);
        faults.Range("controlEnd", request.ControlEnd, 0, 1);
        faults.Range("refinerSwitch", request.RefinerSwitch, 0, 1);
        faults.Require(request.ControlNet is null || request.Control is not null, "controlNet", RequestTexts.ControlAlone);
        faults.Require(request.Control is null || model.TakesControlNets, "control", RequestTexts.NoControlNets, model.Name);
        faults.Require(request.Control is null || request.ControlNet is not null || model.HasControlNet, "control", RequestTexts.NoOwnControlNet, model.Name);
        faults.Require((request.ControlStart ?? 0) <= (request.ControlEnd ?? 1), "controlStart", RequestTexts.StartAfterEnd, request.ControlStart ?? 0, request.ControlEnd ?? 1);
    }

    private static void Loras(GenerationRequest request, ModelCapabilities model, RequestFaults faults)
    {
        if (request.Loras is not { Count: > 0 } loras)
        {
            return;
        }

        faults.Require(model.TakesAdapters, "loras", RequestTexts.NoAdapters, model.Name);
        faults.Require(loras.Count <= RequestLimits.Loras, "loras", RequestTexts.TooManyLoras, loras.Count, RequestLimits.Loras);
        foreach (var lora in loras)
        {
            // A JSON null among them.
            if (lora is null)
            {
                faults.Name("loras", "");
                continue;
            }

            faults.Name("loras", lora.File);
            faults.Range("loras", lora.Weight, -RequestLimits.LoraWeight, RequestLimits.LoraWeight);
        }
    }
}

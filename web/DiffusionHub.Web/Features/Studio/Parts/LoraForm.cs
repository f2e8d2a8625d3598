using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;

namespace DiffusionHub.Web.Features.Studio.Parts;

/// <summary>One LoRA that was chosen, and its weight as it is typed.</summary>
public sealed class ChosenLora(string name, string weight)
{
    public string Name { get; } = name;
    public string Weight { get; set; } = weight;
}

/// <summary>The LoRAs of a request.</summary>
public sealed class LoraForm
{
    /// <summary>Those that were chosen, in their order.</summary>
    public List<ChosenLora> Chosen { get; } = [];

    internal void Use(GenerationRequest request)
    {
        Chosen.Clear();
        Chosen.AddRange((request.Loras ?? []).Select(lora => new ChosenLora(lora.File, FormNumbers.Show(lora.Weight))));
    }

    /// <summary>Adds one with the weight that its maker names.</summary>
    internal void Add(ModelAsset asset)
    {
        if (Chosen.TrueForAll(lora => lora.Name != asset.Name))
        {
            Chosen.Add(new ChosenLora(asset.Name, FormNumbers.Show(asset.DefaultWeight)));
        }
    }

    internal GenerationRequest Read(GenerationRequest request, ModelCapabilities model, Dictionary<string, string> errors) => request with
    {
        Loras = model.TakesAdapters && Chosen.Count > 0
            ? [.. Chosen.Select(lora => new LoraChoice(lora.Name, new FormNumbers(errors).Number(
                "loras", string.Format(System.Globalization.CultureInfo.InvariantCulture, StudioTexts.LoraWeightOf, lora.Name), lora.Weight, -RequestLimits.LoraWeight, RequestLimits.LoraWeight) ?? 1))]
            : null,
    };
}

using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;

namespace DiffusionHub.Web.Features.Studio.Parts;

/// <summary>What few people change: how the prompt is read, and which networks stand in for the model's own.</summary>
public sealed class AdvancedForm
{
    public bool Emphasis { get; set; } = true;
    public string ClipSkip { get; set; } = "";

    /// <summary>Empty: the model's own.</summary>
    public string Vae { get; set; } = "";

    /// <summary>Empty: none.</summary>
    public string Refiner { get; set; } = "";

    public string Switch { get; set; } = "";

    internal void Use(GenerationRequest request)
    {
        Emphasis = request.Emphasis ?? false;
        ClipSkip = FormNumbers.Show(request.ClipSkip);
        Vae = request.Vae ?? "";
        Refiner = request.Refiner ?? "";
        Switch = FormNumbers.Show(request.RefinerSwitch);
    }

    internal GenerationRequest Read(GenerationRequest request, ModelCapabilities model, Dictionary<string, string> errors)
    {
        var numbers = new FormNumbers(errors);
        return request with
        {
            Emphasis = Emphasis ? true : null,
            ClipSkip = model.MaxClipSkip > 0 ? (int?)numbers.Whole("clipSkip", StudioTexts.ClipSkip, ClipSkip, 0, model.MaxClipSkip) : null,
            Vae = Vae.Length > 0 ? Vae : null,
            Refiner = Refiner.Length > 0 ? Refiner : null,
            RefinerSwitch = Refiner.Length > 0 ? numbers.Number("refinerSwitch", StudioTexts.RefinerSwitch, Switch, 0, 1) : null,
        };
    }
}

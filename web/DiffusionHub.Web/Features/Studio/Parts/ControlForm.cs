using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;

namespace DiffusionHub.Web.Features.Studio.Parts;

/// <summary>The picture that a ControlNet reads, which one, and how much it says.</summary>
public sealed class ControlForm
{
    /// <summary>The picture; null: no ControlNet.</summary>
    public ChosenPicture? Picture { get; set; }

    /// <summary>The ControlNet's name; empty: the model's own.</summary>
    public string Net { get; set; } = "";

    public string Scale { get; set; } = "1";
    public string Start { get; set; } = "";
    public string End { get; set; } = "";

    internal void Use(GenerationRequest request)
    {
        Picture = request.Control is { } control ? new ChosenPicture(control, null, null) : null;
        Net = request.ControlNet ?? "";
        Scale = FormNumbers.Show(request.ControlScale ?? 1);
        Start = FormNumbers.Show(request.ControlStart);
        End = FormNumbers.Show(request.ControlEnd);
    }

    internal GenerationRequest Read(GenerationRequest request, ModelCapabilities model, Dictionary<string, string> errors)
    {
        var without = request with { Control = null, ControlNet = null, ControlScale = null, ControlStart = null, ControlEnd = null };
        var numbers = new FormNumbers(errors);
        return Picture is null || !model.TakesControlNets ? without : without with
        {
            Control = Picture.Reference,
            ControlNet = Net.Length > 0 ? Net : null,
            ControlScale = numbers.Number("controlScale", StudioTexts.ControlScale, Scale, 0, RequestLimits.ControlScale),
            ControlStart = numbers.Number("controlStart", StudioTexts.ControlStart, Start, 0, 1),
            ControlEnd = numbers.Number("controlEnd", StudioTexts.ControlEnd, End, 0, 1),
        };
    }
}

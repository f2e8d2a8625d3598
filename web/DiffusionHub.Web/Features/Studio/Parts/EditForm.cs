using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;

namespace DiffusionHub.Web.Features.Studio.Parts;

/// <summary>What else is said of the picture to begin with: its depth, how much noise it gets first, what it shows now.</summary>
public sealed class EditForm
{
    /// <summary>Its depth; null: the model estimates it.</summary>
    public ChosenPicture? Depth { get; set; }

    /// <summary>Empty: the model's own.</summary>
    public string NoiseLevel { get; set; } = "";

    /// <summary>Whether it is traced back to its noise, so that what the words do not change stays.</summary>
    public bool Inverts { get; set; }

    public string Caption { get; set; } = "";

    private double? mix;

    internal void Use(GenerationRequest request)
    {
        Depth = request.Depth is { } depth ? new ChosenPicture(depth, null, null) : null;
        NoiseLevel = FormNumbers.Show(request.NoiseLevel);
        (Inverts, Caption, mix) = (request.Inversion is not null, request.Inversion?.Caption ?? Caption, request.Inversion?.Mix);
    }

    internal GenerationRequest Read(GenerationRequest request, ModelCapabilities model, Dictionary<string, string> errors)
    {
        var inverts = InvertsOn(request.Init is not null, request.Mask is not null, model);
        if (inverts && string.IsNullOrWhiteSpace(Caption))
        {
            errors.TryAdd("inversion.caption", StudioTexts.CaptionNeeded);
        }

        return request with
        {
            Depth = request.Init is not null && TakesDepth(model) ? Depth?.Reference : null,
            NoiseLevel = model.MaxNoiseLevel is { } most ? (int?)new FormNumbers(errors).Whole("noiseLevel", StudioTexts.NoiseLevel, NoiseLevel, 0, most) : null,
            Inversion = inverts ? new InversionRequest(Caption.Trim(), mix) : null,
        };
    }

    internal static bool TakesDepth(ModelCapabilities model) => model.Tasks.Contains(ModelTasks.DepthToImage);

    internal static bool CanInvert(bool picture, bool mask, ModelCapabilities model) => picture && !mask && model.Tasks.Contains(ModelTasks.Editing);

    private bool InvertsOn(bool picture, bool mask, ModelCapabilities model) => Inverts && CanInvert(picture, mask, model);
}

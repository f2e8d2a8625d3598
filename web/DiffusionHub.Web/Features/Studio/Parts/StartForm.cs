using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;

namespace DiffusionHub.Web.Features.Studio.Parts;

/// <summary>The picture that a request begins with, what of it is made anew, and how much.</summary>
public sealed class StartForm
{
    /// <summary>How much is made anew unless it is said: the model keeps the composition.</summary>
    public const string UsualStrength = "0.6";

    /// <summary>The picture; null: from words alone.</summary>
    public ChosenPicture? Picture { get; private set; }

    /// <summary>The mask; null: all of the picture.</summary>
    public ChosenPicture? Mask { get; private set; }

    public string Strength { get; set; } = UsualStrength;

    /// <summary>Begins with another picture. A mask belongs to the picture that it was painted on.</summary>
    public void Take(ChosenPicture picture) => (Picture, Mask) = (picture, null);

    /// <summary>From words alone.</summary>
    public void Drop() => (Picture, Mask) = (null, null);

    /// <summary>Paints another mask, or none. What is painted is meant to be new: it gets all of the strength.</summary>
    public void TakeMask(ChosenPicture? mask)
    {
        Strength = mask is not null && Mask is null && Strength == UsualStrength ? "1" : Strength;
        Mask = mask;
    }

    /// <summary>As in a picture's request; the size, where it is known, is <paramref name="size"/>.</summary>
    internal void Use(GenerationRequest request, (int Width, int Height)? size)
    {
        Picture = request.Init is { } init ? new ChosenPicture(init, size?.Width, size?.Height) : null;
        Mask = request.Mask is { } mask ? new ChosenPicture(mask, null, null) : null;
        Strength = request.Strength is { } strength ? FormNumbers.Show(strength) : UsualStrength;
    }

    /// <summary>Adds it to a request, where the model can begin with a picture.</summary>
    internal GenerationRequest Read(GenerationRequest request, ModelCapabilities model, Dictionary<string, string> errors)
    {
        var without = request with { Init = null, Mask = null, Strength = null };
        if (Needs(model))
        {
            Require("init", Picture is not null, OnlyInpaints(model) ? StudioTexts.InitNeeded : StudioTexts.PictureNeeded);
        }

        if (OnlyInpaints(model))
        {
            Require("mask", Picture is null || Mask is not null, StudioTexts.MaskNeeded);
        }

        return Picture is null || !Takes(model) ? without : without with
        {
            Init = Picture.Reference,
            Mask = TakesMask(model) ? Mask?.Reference : null,
            Strength = TakesStrength(model) ? new FormNumbers(errors).Number("strength", StudioTexts.Strength, Strength, 0, 1) : null,
        };

        void Require(string field, bool holds, string message)
        {
            if (!holds)
            {
                errors.TryAdd(field, message);
            }
        }
    }

    /// <summary>Whether the model can begin with a picture.</summary>
    internal static bool Takes(ModelCapabilities model) => model.Tasks.Any(ModelTasks.NeedsPicture);

    /// <summary>Whether the model can begin with nothing else.</summary>
    internal static bool Needs(ModelCapabilities model) => model.Tasks.All(ModelTasks.NeedsPicture);

    /// <summary>Whether it is said how much of the picture is made anew.</summary>
    internal static bool TakesStrength(ModelCapabilities model) => TakesMask(model) || model.Tasks.Any(task => task is ModelTasks.ImageToImage or ModelTasks.DepthToImage or ModelTasks.Editing);

    /// <summary>Whether the model can make a part of a picture anew.</summary>
    internal static bool TakesMask(ModelCapabilities model) => model.Tasks.Contains(ModelTasks.Inpainting);

    /// <summary>Whether it can do nothing else.</summary>
    internal static bool OnlyInpaints(ModelCapabilities model) => model.Tasks is [ModelTasks.Inpainting];
}

using System.Globalization;
using DiffusionHub.Domain.Requests;

namespace DiffusionHub.Web.Features.Gallery;

/// <summary>What beside words, numbers and the model itself went into a picture, as the detail says it.</summary>
internal static class PictureFacts
{
    /// <summary>Names and values; only what there is.</summary>
    public static IEnumerable<(string Name, string Value)> Parts(GenerationRequest request)
    {
        if (request.ClassLabel is { } shown)
        {
            yield return (GalleryTexts.Class, shown);
        }

        if (request.NoiseLevel is { } level and > 0)
        {
            yield return (GalleryTexts.NoiseLevel, Text("{0}", level));
        }

        if (request.Inversion is { } inversion)
        {
            yield return (GalleryTexts.Inversion, inversion.Caption);
        }

        if (request.Guide is { } guide)
        {
            yield return (GalleryTexts.Guide, Text(guide.Rounds > 0 ? GalleryTexts.GuideRounds : GalleryTexts.WithWeight, guide.Target is { } target ? $"{guide.Model}, {target}" : guide.Model, guide.Scale ?? 1, guide.Rounds ?? 0));
        }

        foreach (var lora in request.Loras ?? [])
        {
            yield return (GalleryTexts.Lora, Text(GalleryTexts.WithWeight, lora.File, lora.Weight));
        }

        if (request.Control is not null)
        {
            var name = request.ControlNet ?? GalleryTexts.ControlOwn;
            yield return (GalleryTexts.Control, Text(GalleryTexts.WithWeight, name, request.ControlScale ?? 1));
            if ((request.ControlStart ?? 0, request.ControlEnd ?? 1) is var (start, end) && (start, end) != (0, 1))
            {
                yield return (GalleryTexts.ControlWay, Text(GalleryTexts.FromTo, start, end));
            }
        }

        if (request.Vae is { } vae)
        {
            yield return (GalleryTexts.Vae, vae);
        }

        if (request.Refiner is { } refiner)
        {
            yield return (GalleryTexts.Refiner, Text(GalleryTexts.RefinerValue, refiner, request.RefinerSwitch ?? 0));
        }

        if (request.ClipSkip is { } skip)
        {
            yield return (GalleryTexts.ClipSkip, Text("{0}", skip));
        }

        if (request.Emphasis is true)
        {
            yield return (GalleryTexts.Emphasis, GalleryTexts.On);
        }
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}

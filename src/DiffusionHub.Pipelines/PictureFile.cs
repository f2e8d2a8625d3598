using System.Globalization;
using DiffusionHub.Imaging;
using DiffusionHub.Imaging.Metadata;

namespace DiffusionHub.Pipelines;

/// <summary>Finished pictures as files that say how they were made.</summary>
public static class PictureFile
{
    /// <summary>PNG of picture <paramref name="index"/> of <paramref name="batch"/> with its parameters inside.</summary>
    public static byte[] Png(PictureBatch batch, int index, PictureRequest request, ModelDescription model) =>
        ImageCodec.Png(batch.Image(index), Parameters(request, index, model).ToString());

    /// <summary>The parameters of picture <paramref name="index"/>.</summary>
    public static Infotext Parameters(PictureRequest request, int index, ModelDescription model)
    {
        var fields = new List<KeyValuePair<string, string>>
        {
            new("Steps", Number(request.Steps)),
            new("Sampler", Coupled(request) ? "EDICT" : request.Sampler ?? model.Samplers[0]),
            new("Schedule type", Coupled(request) ? "Automatic" : request.Schedule ?? "Automatic"),
            new("CFG scale", Number(request.Guidance)),
            new("Seed", Number(request.Seed + index)),
            new("Size", $"{Number(request.Width)}x{Number(request.Height)}"),
            new("Model hash", model.Hash[..10]),
            new("Model", model.Name),
        };
        fields.AddRange(PictureParts.Fields(request, model));
        if (request.Eta > 0 && !Coupled(request))
        {
            fields.Add(new("Eta DDIM", Number(request.Eta)));
        }

        if (request.GuidanceRescale > 0)
        {
            fields.Add(new("CFG rescale", Number(request.GuidanceRescale)));
        }

        if (request.Noise == "nv")
        {
            fields.Add(new("RNG", "NV"));
        }

        fields.Add(new("Version", Infotext.Version));
        return new Infotext(request.Prompt, request.NegativePrompt ?? "", fields);
    }

    // These walk steps of their own, whatever sampler the request names.
    private static bool Coupled(PictureRequest request) => request is { Inversion: not null } or { Guide.Rounds: > 0 };

    private static string Number(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}

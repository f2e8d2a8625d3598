using DiffusionHub.Pipelines.Parts;

namespace DiffusionHub.Pipelines.Families.StableDiffusionXl;

/// <summary>The numbers that SDXL is told beside the text (its time_ids): original size, crop and target size; the refiner gets a score in place of the target size.</summary>
/// <param name="Positive">With the prompt.</param>
/// <param name="Negative">With the negative prompt.</param>
internal sealed record SizeNumbers(float[] Positive, float[] Negative)
{
    private const int WithTargetSize = 6;
    private const int WithScore = 5;

    public static SizeNumbers Of(PictureRequest request, ModelParts parts)
    {
        var sizes = request.Sizes;
        var own = (request.Height, request.Width);
        var (original, target) = (sizes.Original ?? own, sizes.Target ?? own);

        // Picture to picture, what was cut off is a matter of the prompt only.
        var negativeCrop = request.Init is null ? sizes.Crop : (Top: 0, Left: 0);
        return Count(parts) == WithScore
            ? new SizeNumbers(
                [original.Height, original.Width, sizes.Crop.Top, sizes.Crop.Left, (float)sizes.Aesthetic],
                [original.Height, original.Width, 0, 0, (float)sizes.NegativeAesthetic])
            : new SizeNumbers(
                [original.Height, original.Width, sizes.Crop.Top, sizes.Crop.Left, target.Height, target.Width],
                [original.Height, original.Width, negativeCrop.Top, negativeCrop.Left, target.Height, target.Width]);
    }

    // How many numbers there are follows from the length of the vector that they and the text make together.
    private static int Count(ModelParts parts)
    {
        var pooled = parts.TextEncoder(2).Traits;
        return parts.Unet.Traits.Config is { SizeWidth: { } each } config
            ? (config.AdditionWidth - (pooled.Projection ?? pooled.Width)) / each
            : parts.TextEncoders.ContainsKey(1) ? WithTargetSize : WithScore;
    }
}

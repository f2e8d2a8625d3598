using DiffusionHub.Imaging;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Previews;

/// <summary>
/// What a run looks like so far, without the decoder: each latent pixel becomes one pixel by a linear map. The picture is as small as
/// the latents; whoever shows it enlarges it smoothly. Costs microseconds, where decoding costs more than a step.
/// </summary>
/// <param name="rows">Of red, green and blue (0..1): a factor for each channel and a constant.</param>
internal sealed class LinearPreview(float[][] rows)
{
    /// <summary>The map, as a card states it.</summary>
    public IReadOnlyList<IReadOnlyList<float>> Rows => rows;

    /// <summary>The map that the model's card states, or null when it states none.</summary>
    /// <exception cref="ModelFolderException">It does not fit the model's channels.</exception>
    public static LinearPreview? Read(ModelSource source, int channels)
    {
        if (source.Card.Preview is not { } preview)
        {
            return null;
        }

        return preview.Count == 3 && preview.All(row => row.Count == channels + 1)
            ? new LinearPreview([.. preview.Select(row => row.ToArray())])
            : throw ModelFolderException.Unsupported(Path.Combine(source.Entry ?? source.Path, ModelCard.FileName), "preview", preview.Count.ToString(), $"3 x {channels + 1}");
    }

    /// <summary>Latents of one picture, shape (channels, height, width), as they come from the sampler.</summary>
    public RgbImage Render(ReadOnlySpan<float> latents, LatentShape shape)
    {
        var plane = shape.Height * shape.Width;
        var colours = new float[plane * 3];
        for (var i = 0; i < plane; i++)
        {
            for (var colour = 0; colour < 3; colour++)
            {
                var row = rows[colour];
                var value = row[^1];
                for (var channel = 0; channel < shape.Channels; channel++)
                {
                    value += row[channel] * latents[(channel * plane) + i];
                }

                colours[(3 * i) + colour] = value;
            }
        }

        return RgbImage.FromFloats(shape.Width, shape.Height, colours);
    }
}

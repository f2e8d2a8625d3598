using System.Text.Json;
using DiffusionHub.Imaging;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Stages;

/// <summary>How a picture is made ready for an image encoder or a depth estimator, as its <c>preprocessor_config.json</c> says: resized, cropped, normalised.</summary>
internal sealed record PicturePreprocessor
{
    private const int Bicubic = 3;

    /// <summary>Height and width; null: the shorter side becomes <see cref="ShortestEdge"/>.</summary>
    public (int Height, int Width)? Size { get; init; }

    /// <summary>Length of the shorter side; null where <see cref="Size"/> is told, or nothing is resized.</summary>
    public int? ShortestEdge { get; init; }

    /// <summary>Whether the sides keep their ratio, changing as little as possible.</summary>
    public bool KeepsRatio { get; init; }

    /// <summary>What both sides are multiples of.</summary>
    public int Multiple { get; init; } = 1;

    /// <summary>Height and width of the middle that is cut out; null where nothing is.</summary>
    public (int Height, int Width)? Crop { get; init; }

    /// <summary>What is taken off each channel, 0 to 1.</summary>
    public required float[] Mean { get; init; }

    /// <summary>What each channel is divided by after it.</summary>
    public required float[] Deviation { get; init; }

    /// <summary>Reads it.</summary>
    /// <exception cref="ModelFolderException">It is missing or damaged, or asks for what the hub cannot do.</exception>
    public static PicturePreprocessor Read(ModelFolder folder, string name)
    {
        using var json = folder.ReadJson(name);
        var (root, path) = (json.RootElement, folder.File(name));
        try
        {
            return Read(path, root);
        }
        catch (Exception fault) when (fault is InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw ModelFolderException.Damaged(path, fault.Message);
        }
    }

    /// <summary>Planes (3, height, width), and their sides.</summary>
    public (float[] Planes, int Height, int Width) Prepare(RgbImage picture)
    {
        var (height, width) = Sides(picture);
        var sized = ByteBicubic.Resize(picture, width, height);
        var (rows, columns) = Crop ?? (height, width);
        var (top, left) = (Middle(height, rows), Middle(width, columns));
        var planes = new float[3 * rows * columns];
        for (var i = 0; i < planes.Length; i++)
        {
            var (channel, y, x) = (i / (rows * columns), top + (i / columns % rows), left + (i % columns));

            // What lies beyond the picture is black before the normalisation.
            float value = y >= 0 && y < height && x >= 0 && x < width ? sized.Pixels[(3 * ((y * width) + x)) + channel] : 0;
            planes[i] = (value - (Mean[channel] * 255)) / (Deviation[channel] * 255);
        }

        return (planes, rows, columns);
    }

    private static int Middle(int side, int part) => (int)Math.Round((side - part) / 2.0, MidpointRounding.ToEven);

    private (int Height, int Width) Sides(RgbImage picture)
    {
        if (ShortestEdge is { } edge)
        {
            var (shorter, longer) = (Math.Min(picture.Height, picture.Width), Math.Max(picture.Height, picture.Width));
            var other = (int)((long)edge * longer / shorter);
            return picture.Height <= picture.Width ? (edge, other) : (other, edge);
        }

        if (Size is not var (height, width))
        {
            return (picture.Height, picture.Width);
        }

        var (down, across) = ((double)height / picture.Height, (double)width / picture.Width);
        (down, across) = !KeepsRatio ? (down, across) : Math.Abs(1 - across) < Math.Abs(1 - down) ? (across, across) : (down, down);
        return (Rounded(down * picture.Height), Rounded(across * picture.Width));

        int Rounded(double side) => Math.Max((int)Math.Round(side / Multiple, MidpointRounding.ToEven), 1) * Multiple;
    }

    // The class says what is meant where the config is silent, and by a size that is one number.
    private static PicturePreprocessor Read(string path, JsonElement root)
    {
        var kind = (Member("image_processor_type") ?? Member("feature_extractor_type"))?.GetString() ?? "";
        var clip = kind.StartsWith("CLIP", StringComparison.Ordinal);
        if (!clip && !kind.StartsWith("DPT", StringComparison.Ordinal))
        {
            throw ModelFolderException.Unsupported(path, "image_processor_type", kind, "CLIPImageProcessor, DPTImageProcessor");
        }

        Only("resample", Bicubic);
        Only("do_normalize", true);
        Only("do_rescale", true);
        Only("do_pad", false);
        var edge = Flag("do_resize", true) && clip ? Member("size") is { } size ? Side(size, "shortest_edge") : 224 : (int?)null;
        return new PicturePreprocessor
        {
            ShortestEdge = edge,
            Size = !Flag("do_resize", true) || clip ? null : Member("size") is { } sides ? (Side(sides, "height"), Side(sides, "width")) : (384, 384),
            KeepsRatio = Flag("keep_aspect_ratio", false),
            Multiple = Member("ensure_multiple_of")?.GetInt32() ?? 1,
            Crop = !Flag("do_center_crop", clip) ? null : Member("crop_size") is { } crop ? (Side(crop, "height"), Side(crop, "width")) : (224, 224),
            Mean = Numbers("image_mean"),
            Deviation = Numbers("image_std"),
        };

        JsonElement? Member(string key) => root.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
        bool Flag(string key, bool otherwise) => Member(key)?.GetBoolean() ?? otherwise;
        int Side(JsonElement value, string key) => value.ValueKind == JsonValueKind.Object ? value.GetProperty(key).GetInt32() : value.GetInt32();
        float[] Numbers(string key) => root.GetProperty(key).EnumerateArray().Select(number => number.GetSingle()).ToArray() is [_, _, _] three
            ? three
            : throw ModelFolderException.Damaged(path, ModelFolderException.Format(FolderTexts.MissingKey, key));
        void Only<T>(string key, T only)
        {
            if (Member(key) is { } value && !JsonElement.DeepEquals(value, JsonSerializer.SerializeToElement(only)))
            {
                throw ModelFolderException.Unsupported(path, key, value.GetRawText(), $"{only}");
            }
        }
    }
}

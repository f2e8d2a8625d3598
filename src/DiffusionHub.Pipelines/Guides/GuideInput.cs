using System.Text.Json;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Guides;

/// <summary>How pictures are made ready for a guide, as its <c>preprocessor_config.json</c> says.</summary>
/// <param name="Side">Side of the pictures that it gets.</param>
/// <param name="Centre">Whether the middle square is taken; else the whole picture, whatever its sides' ratio.</param>
/// <param name="Mean">What is taken off each channel, 0 to 1.</param>
/// <param name="Deviation">What each channel is divided by after it.</param>
internal sealed record GuideInput(int Side, bool Centre, float[] Mean, float[] Deviation)
{
    private const string File = "preprocessor_config.json";
    private const int MostPixels = 2048;
    private static readonly string[] Squared = ["CLIP", "ConvNext", "Bit"];

    /// <summary>Reads it.</summary>
    /// <param name="folder">The guide's folder.</param>
    /// <param name="side">The only side that the network takes, or null: the preprocessor says which.</param>
    /// <exception cref="ModelFolderException">It is missing or damaged, or asks for what the hub cannot do.</exception>
    public static GuideInput Read(ModelFolder folder, int? side)
    {
        using var json = folder.ReadJson(File);
        var (root, path) = (json.RootElement, folder.File(File));
        try
        {
            return Read(path, root, side);
        }
        catch (Exception fault) when (fault is InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw ModelFolderException.Damaged(path, fault.Message);
        }
    }

    private static GuideInput Read(string path, JsonElement root, int? only)
    {
        var kind = (Member(root, "image_processor_type") ?? Member(root, "feature_extractor_type"))?.GetString() ?? "";
        var centre = Squared.Any(name => kind.StartsWith(name, StringComparison.Ordinal));
        if (!centre && !kind.StartsWith("ViT", StringComparison.Ordinal))
        {
            throw ModelFolderException.Unsupported(path, "image_processor_type", kind, "CLIPImageProcessor, ViTImageProcessor, ConvNextImageProcessor, BitImageProcessor");
        }

        foreach (var key in new[] { "do_normalize", "do_rescale" })
        {
            if (Member(root, key) is { ValueKind: not JsonValueKind.True } other)
            {
                throw ModelFolderException.Unsupported(path, key, other.GetRawText(), "true");
            }
        }

        // A network of one side gets that, whatever the steps to it.
        var side = only ?? (Member(root, "crop_size") ?? Member(root, "size")) switch
        {
            { ValueKind: JsonValueKind.Object } sides => (Member(sides, "shortest_edge") ?? Member(sides, "height"))?.GetInt32(),
            { } number => number.GetInt32(),
            null => null,
        };
        return side is > 0 and <= MostPixels and var found
            ? new GuideInput(found, centre, Three("image_mean"), Three("image_std"))
            : throw ModelFolderException.BadMember(path, "size", ModelFolderException.Format(FolderTexts.AtMost, MostPixels), side ?? 0);

        float[] Three(string key) => Member(root, key) is { ValueKind: JsonValueKind.Array } list && list.EnumerateArray().Select(number => number.GetSingle()).ToArray() is [_, _, _] three && (key == "image_mean" || three.All(value => value > 0))
            ? three
            : throw ModelFolderException.Damaged(path, ModelFolderException.Format(FolderTexts.MissingKey, key));
    }

    private static JsonElement? Member(JsonElement root, string key) => root.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}

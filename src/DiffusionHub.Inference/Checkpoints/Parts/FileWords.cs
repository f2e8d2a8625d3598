using System.Text.RegularExpressions;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Checkpoints.Parts;

/// <summary>What a checkpoint calls itself, in its metadata and by its name.</summary>
internal static partial class FileWords
{
    private static readonly string[] Keys = ["modelspec.title", "modelspec.architecture", "ss_output_name"];

    /// <summary>Whether it says that it needs few steps; null: it does not say so.</summary>
    public static FewSteps? FewSteps(SafetensorsFile file) =>
        Keys.Select(key => file.Header.Metadata.GetValueOrDefault(key)).Append(Path.GetFileNameWithoutExtension(file.Path)).OfType<string>()
            .Select(Checkpoints.FewSteps.Of).FirstOrDefault(few => few is not null);

    /// <summary>Whether the name is that of a model for 512 pixels: “512-base-ema”, “v2-1_512-ema-pruned”.</summary>
    public static bool Small(SafetensorsFile file)
    {
        var name = Path.GetFileNameWithoutExtension(file.Path);
        return name.Contains("512", StringComparison.Ordinal) || Words().Matches(name).Any(word => word.Value.Equals("base", StringComparison.OrdinalIgnoreCase));
    }

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Words();
}

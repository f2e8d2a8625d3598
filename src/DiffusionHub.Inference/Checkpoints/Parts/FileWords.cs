using System.Text.RegularExpressions;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Checkpoints.Parts;

/// <summary>What a checkpoint calls itself, in its metadata and by its name.</summary>
internal static partial class FileWords
{
    // The long words occur in no others; the short ones count only as words of their own (“hyper” is in “hyperrealism”).
    private static readonly string[] Anywhere = ["turbo", "lightning"];
    private static readonly string[] Alone = ["lcm", "hyper", "tcd", "dmd"];
    private static readonly string[] Keys = ["modelspec.title", "modelspec.architecture", "ss_output_name"];

    /// <summary>The word by which a model says that it needs few steps and no guidance (turbo, lightning, lcm, …); null: it does not say so.</summary>
    public static string? Turbo(SafetensorsFile file) =>
        Keys.Select(key => file.Header.Metadata.GetValueOrDefault(key)).Append(Path.GetFileNameWithoutExtension(file.Path)).OfType<string>().Select(Turbo).FirstOrDefault(word => word is not null);

    /// <summary>Whether the name is that of a model for 512 pixels: “512-base-ema”, “v2-1_512-ema-pruned”.</summary>
    public static bool Small(SafetensorsFile file)
    {
        var name = Path.GetFileNameWithoutExtension(file.Path);
        return name.Contains("512", StringComparison.Ordinal) || Words().Matches(name).Any(word => word.Value.Equals("base", StringComparison.OrdinalIgnoreCase));
    }

    private static string? Turbo(string text)
    {
        var words = Words().Matches(text).Select(match => match.Value);
        return Anywhere.FirstOrDefault(word => text.Contains(word, StringComparison.OrdinalIgnoreCase))
            ?? Alone.FirstOrDefault(word => words.Contains(word, StringComparer.OrdinalIgnoreCase));
    }

    // “hyperSD” is two words, and so is “RealisticLCM”.
    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Words();
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace DiffusionHub.Inference.Checkpoints;

/// <summary>That a model was distilled to few steps, as its name or title says: configs and tensors do not.</summary>
/// <param name="Word">The word that says so: turbo, lightning, hyper, lcm, tcd, dmd.</param>
/// <param name="Steps">Steps that it was made for.</param>
public sealed partial record FewSteps(string Word, int Steps)
{
    private const int UsualSteps = 4;
    private const int MostSteps = 16;
    private const string TurboWord = "turbo";
    private const string HyperWord = "hyper";

    // The long words occur in no others; the short ones count only as words of their own.
    private static readonly string[] Anywhere = [TurboWord, "lightning"];
    private static readonly string[] Alone = ["lcm", "tcd", "dmd"];

    // “Hyper” is also what people call realism.
    private static readonly string[] BesideHyper = ["sd", "sdxl", "xl", "lora", "step", "steps"];

    /// <summary>What <paramref name="name"/> says; null: nothing of the kind.</summary>
    public static FewSteps? Of(string name)
    {
        var words = Words().Matches(name).Select(match => match.Value.ToLowerInvariant()).ToList();
        var word = Anywhere.FirstOrDefault(w => name.Contains(w, StringComparison.OrdinalIgnoreCase)) ?? Alone.FirstOrDefault(words.Contains) ?? (IsHyper(words) ? HyperWord : null);
        return word is null ? null : new FewSteps(word, Stated(name) ?? (word == TurboWord ? 1 : UsualSteps));
    }

    private static bool IsHyper(List<string> words)
    {
        return words.Index().Any(word => word.Item == HyperWord && (Beside(word.Index - 1) || Beside(word.Index + 1)));

        bool Beside(int at) => at >= 0 && at < words.Count && BesideHyper.Contains(words[at]);
    }

    // “8steps”, “4-step”, “2_step”.
    private static int? Stated(string name) =>
        StepsInName().Match(name) is { Success: true } match && int.Parse(match.Groups["steps"].ValueSpan, CultureInfo.InvariantCulture) is >= 1 and <= MostSteps and var steps ? steps : null;

    // “hyperSD” is two words, and so is “RealisticLCM”.
    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Words();

    [GeneratedRegex("(?<![0-9])(?<steps>[0-9]{1,2})[-_ ]?steps?", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StepsInName();
}

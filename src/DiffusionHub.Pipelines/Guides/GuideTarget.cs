using System.Globalization;

namespace DiffusionHub.Pipelines.Guides;

/// <summary>Finds the class that a request means among those that a guide knows.</summary>
internal static class GuideTarget
{
    private const int MostShown = 5;

    /// <summary>Its number.</summary>
    /// <exception cref="UnfitRequestException">None is named, there is no such number or name; the message says the range, and names that are near.</exception>
    public static int Class(GuideFolder guide, GuideChoice choice)
    {
        if (choice.Target is not { } target || string.IsNullOrWhiteSpace(target))
        {
            throw GuideFit.Refusal(GuideTexts.NeedsClass, choice.Name, guide.Classes - 1, Examples(guide));
        }

        if (long.TryParse(target, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number >= 0 && number < guide.Classes ? (int)number : throw GuideFit.Refusal(GuideTexts.ClassRange, choice.Name, number, guide.Classes - 1, Examples(guide));
        }

        if (guide.ClassNames.Count == 0)
        {
            throw GuideFit.Refusal(GuideTexts.ClassNumber, choice.Name, target, guide.Classes - 1);
        }

        // A whole name comes before one of its synonyms: "crane" the bird is another class than "crane, machine".
        var found = guide.ClassNames.Index().Where(name => Same(name.Item, target)).Concat(guide.ClassNames.Index().Where(name => Words(name.Item).Any(word => Same(word, target)))).ToList();
        return found.Count > 0 ? found[0].Index : throw GuideFit.Refusal(GuideTexts.NoClass, choice.Name, target, string.Join(", ", Near(guide.ClassNames, target)));
    }

    private static string Examples(GuideFolder guide) => guide.ClassNames.Count == 0
        ? ""
        : $" ({string.Join(", ", guide.ClassNames.Take(MostShown).Select((name, i) => $"{i}: {name}"))}{(guide.Classes > MostShown ? ", …" : "")})";

    private static IEnumerable<string> Near(IReadOnlyList<string> names, string target) => names
        .OrderBy(name => Words(name).Append(name).Min(word => word.Contains(target, StringComparison.OrdinalIgnoreCase) ? 0 : Distance(word.ToUpperInvariant(), target.ToUpperInvariant())))
        .Take(MostShown).Select(name => $"“{name}”");

    // ImageNet's names are lists of synonyms.
    private static string[] Words(string name) => name.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static bool Same(string name, string target) => name.Equals(target.Trim(), StringComparison.OrdinalIgnoreCase);

    // Levenshtein's: letters to put in, leave out or change.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 0; i < a.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 0; j < b.Length; j++)
            {
                (diagonal, row[j + 1]) = (row[j + 1], Math.Min(diagonal + (a[i] == b[j] ? 0 : 1), 1 + Math.Min(row[j], row[j + 1])));
            }
        }

        return row[^1];
    }
}

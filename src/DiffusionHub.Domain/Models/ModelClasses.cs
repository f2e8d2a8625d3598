using System.Globalization;

namespace DiffusionHub.Domain.Models;

/// <summary>The classes that a model knows.</summary>
public static class ModelClasses
{
    private const int Told = 12;

    /// <summary>Number of the class that is meant, or null where there is none: by its number, its name, or one of the words of a name like "tench, Tinca tinca".</summary>
    public static int? Find(ModelCapabilities model, string label) => Find(model.Classes, model.ClassNames, label);

    /// <summary>The same among the classes of something else.</summary>
    /// <param name="classes">How many there are.</param>
    /// <param name="names">Their names by number; empty where they have none.</param>
    /// <param name="label">What is meant.</param>
    public static int? Find(int classes, IReadOnlyList<string> names, string label)
    {
        label = label.Trim();
        if (int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number < classes ? number : null;
        }

        var whole = Index(names, name => string.Equals(name, label, StringComparison.OrdinalIgnoreCase));
        return whole ?? Index(names, name => name.Split(',', StringSplitOptions.TrimEntries).Contains(label, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>The first names, for the end of a message, such as <c>: cat; dog</c>; empty where there are none.</summary>
    public static string Some(IReadOnlyList<string> names) => names.Count == 0 ? "" : $": {string.Join("; ", names.Count <= Told ? names : names.Take(Told).Append("…"))}";

    private static int? Index(IReadOnlyList<string> names, Predicate<string> fits)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (fits(names[i]))
            {
                return i;
            }
        }

        return null;
    }
}

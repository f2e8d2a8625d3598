using System.Globalization;

namespace DiffusionHub.Domain.Models;

/// <summary>The classes that a model knows.</summary>
public static class ModelClasses
{
    private const int Told = 12;

    /// <summary>Number of the class that is meant, or null where there is none: by its number, its name, or one of the words of a name like "tench, Tinca tinca".</summary>
    public static int? Find(ModelCapabilities model, string label)
    {
        label = label.Trim();
        if (int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number < model.Classes ? number : null;
        }

        var whole = Index(model.ClassNames, name => string.Equals(name, label, StringComparison.OrdinalIgnoreCase));
        return whole ?? Index(model.ClassNames, name => name.Split(',', StringSplitOptions.TrimEntries).Contains(label, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>The first names, for a message; empty where the model has none.</summary>
    public static string Some(ModelCapabilities model) => string.Join("; ", model.ClassNames.Count <= Told ? model.ClassNames : model.ClassNames.Take(Told).Append("…"));

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

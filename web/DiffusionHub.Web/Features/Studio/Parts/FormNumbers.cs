using System.Globalization;

namespace DiffusionHub.Web.Features.Studio.Parts;

/// <summary>Numbers as people type them, and the sentence beside the field where they are none.</summary>
internal sealed class FormNumbers(Dictionary<string, string> errors)
{
    private const NumberStyles Decimal = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;

    /// <summary>A number as a field shows it.</summary>
    public static string Show(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    /// <summary>The number in <paramref name="text"/>, or null where it is none.</summary>
    public static double? Parse(string text) =>
        double.TryParse(text.Trim().Replace(',', '.'), Decimal, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>A whole number; null where nothing is typed or it is refused.</summary>
    public long? Whole(string field, string label, string text, long least, long most)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
        {
            return value;
        }

        errors.TryAdd(field, string.Format(CultureInfo.InvariantCulture, StudioTexts.WholeNumber, label, least, most));
        return null;
    }

    /// <summary>A number; null where nothing is typed or it is refused.</summary>
    public double? Number(string field, string label, string text, double least, double most)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (Parse(text) is { } value && value >= least && value <= most)
        {
            return value;
        }

        errors.TryAdd(field, string.Format(CultureInfo.InvariantCulture, StudioTexts.Number, label, least, most));
        return null;
    }
}

using System.Globalization;

namespace DiffusionHub.People;

/// <summary>Sentences with values, in the invariant culture.</summary>
internal static class PeopleText
{
    public static string Of(string text, params object?[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}

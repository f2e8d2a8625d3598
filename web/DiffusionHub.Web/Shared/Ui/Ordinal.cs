using System.Globalization;

namespace DiffusionHub.Web.Shared.Ui;

/// <summary>English ordinals: 1st, 2nd, 11th, 23rd.</summary>
internal static class Ordinal
{
    public static string Of(int number) => number.ToString("N0", CultureInfo.InvariantCulture) + ((number % 100) is >= 11 and <= 13
        ? "th"
        : (number % 10) switch { 1 => "st", 2 => "nd", 3 => "rd", _ => "th" });
}

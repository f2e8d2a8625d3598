using System.Globalization;

namespace DiffusionHub.Web.Features.Accounts;

/// <summary>Sentences with values, in the invariant culture.</summary>
internal static class AccountText
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static string Of(string text, params object?[] values) => string.Format(CultureInfo.InvariantCulture, text, values);

    /// <summary>A day, UTC.</summary>
    public static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>An amount of storage in the unit that reads best.</summary>
    public static string Bytes(long bytes)
    {
        var (size, unit) = ((double)bytes, 0);
        while (size >= 1024 && unit < Units.Length - 1)
        {
            (size, unit) = (size / 1024, unit + 1);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{size:0.#} {Units[unit]}");
    }

    /// <summary>An amount of device time.</summary>
    public static string Minutes(double seconds) => Of(AccountTexts.MinutesValue, seconds / 60);
}

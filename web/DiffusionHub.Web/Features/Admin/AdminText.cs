using System.Globalization;

namespace DiffusionHub.Web.Features.Admin;

/// <summary>Small phrasings that the admin pages share.</summary>
internal static class AdminText
{
    /// <summary>"3 s ago".</summary>
    public static string Ago(DateTimeOffset then, DateTimeOffset now) => (now - then).TotalSeconds switch
    {
        < 2 => AdminTexts.JustNow,
        < 120 and var s => Of(AdminTexts.SecondsAgo, s),
        < 7200 and var s => Of(AdminTexts.MinutesAgo, s / 60),
        var s => Of(AdminTexts.HoursAgo, s / 3600),
    };

    private static string Of(string text, double value) => string.Format(CultureInfo.InvariantCulture, text, Math.Floor(value));
}

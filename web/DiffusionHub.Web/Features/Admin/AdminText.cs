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

    /// <summary>How long something took, in the unit that reads best: "340 ms", "12.5 s", "3 min 20 s", "2 h 5 min".</summary>
    public static string Duration(TimeSpan time) => time.TotalSeconds switch
    {
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min"),
    };

    private static string Of(string text, double value) => string.Format(CultureInfo.InvariantCulture, text, Math.Floor(value));
}

namespace DiffusionHub.Web.Features.Accounts.Own;

/// <summary>What a browser calls itself, in plain words.</summary>
internal static class BrowserName
{
    // The first that is found counts: each names its ancestors after itself.
    private static readonly (string Mark, string Name)[] Browsers =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl")];

    private static readonly (string Mark, string Name)[] Systems =
        [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"), ("Mac OS X", "macOS"), ("Linux", "Linux")];

    /// <summary>“Firefox on Linux”.</summary>
    /// <param name="userAgent">The header of that name; null: there was none.</param>
    public static string Of(string? userAgent) => (Find(Browsers, userAgent), Find(Systems, userAgent)) switch
    {
        ({ } browser, { } system) => AccountText.Of(AccountTexts.BrowserOn, browser, system),
        ({ } browser, null) => browser,
        (null, { } system) => AccountText.Of(AccountTexts.BrowserOn, AccountTexts.ABrowser, system),
        _ => AccountTexts.AnUnknownBrowser,
    };

    private static string? Find((string Mark, string Name)[] known, string? text) =>
        known.Where(k => text?.Contains(k.Mark, StringComparison.Ordinal) == true).Select(k => k.Name).FirstOrDefault();
}

namespace DiffusionHub.Browser;

/// <summary>The system's Chromium: nothing is downloaded for the tests.</summary>
internal static class Chromium
{
    /// <summary>The one command that makes it be there.</summary>
    public const string Install = "apt-get install chromium (or name a Chromium or Chrome in HUB_CHROMIUM)";

    /// <summary>The person at the machine said that a missing browser is known.</summary>
    public static bool MaySkip => Environment.GetEnvironmentVariable("HUB_BROWSER_TESTS") == "skip";

    // Root has no sandbox, and nobody else's pages are opened here. Background traffic would be console noise and load.
    public static IReadOnlyList<string> Arguments =>
    [
        .. Environment.UserName == "root" ? ["--no-sandbox"] : Array.Empty<string>(),
        "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run", "--mute-audio",
    ];

    /// <summary>Its path; null when it is not installed.</summary>
    public static string? Find() => Environment.GetEnvironmentVariable("HUB_CHROMIUM") is { Length: > 0 } given
        ? File.Exists(given) ? given : throw new FileNotFoundException($"HUB_CHROMIUM names {given}, which is not there.")
        : new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);
}

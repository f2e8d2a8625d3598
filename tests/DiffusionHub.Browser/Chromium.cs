namespace DiffusionHub.Browser;

/// <summary>The system's Chromium: nothing is downloaded for the tests.</summary>
internal static class Chromium
{
    /// <summary>The one command that makes it be there.</summary>
    public const string Install = "apt-get install chromium (or name a Chromium or Chrome in HUB_CHROMIUM)";

    /// <summary>Why the browser tests are left out where there is none: <c>hub test</c> says it, or the person at the machine does; else null.</summary>
    public static string? SkipReason => Variable("HUB_TEST_BROWSER_MISSING")
        ?? (Variable("HUB_BROWSER_TESTS") == "skip" ? $"There is no Chromium here ({Install})." : null);

    // Root has no sandbox, and nobody else's pages are opened here. Background traffic would be console noise and load.
    public static IReadOnlyList<string> Arguments =>
    [
        .. Environment.UserName == "root" ? ["--no-sandbox"] : Array.Empty<string>(),
        "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run", "--mute-audio",
    ];

    /// <summary>Its path; null when it is not installed.</summary>
    public static string? Find() => (Variable("HUB_TEST_CHROMIUM") ?? Variable("HUB_CHROMIUM")) is { } given
        ? File.Exists(given) ? given : throw new FileNotFoundException($"The browser was said to be {given}, which is not there.")
        : new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}

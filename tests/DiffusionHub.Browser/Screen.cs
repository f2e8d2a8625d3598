using Microsoft.Playwright;

namespace DiffusionHub.Browser;

/// <summary>What the page is shown on.</summary>
public enum Screen
{
    /// <summary>1280×800 with a mouse.</summary>
    Desktop,

    /// <summary>390×844 with a finger.</summary>
    Phone,
}

internal static class Screens
{
    public static BrowserNewContextOptions Options(this Screen screen, Uri address, string theme) => new()
    {
        BaseURL = address.ToString(),
        ViewportSize = screen == Screen.Phone ? new ViewportSize { Width = 390, Height = 844 } : new ViewportSize { Width = 1280, Height = 800 },
        HasTouch = screen == Screen.Phone,
        IsMobile = screen == Screen.Phone,
        // Nothing is waited for that only looks nice.
        ReducedMotion = ReducedMotion.Reduce,
        AcceptDownloads = true,
        ColorScheme = theme == "light" ? ColorScheme.Light : ColorScheme.Dark,
    };
}

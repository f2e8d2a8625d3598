namespace DiffusionHub.Web.Shared.Net;

/// <summary>The page that is shown while the database is away; it looks again by itself.</summary>
internal static class AwayPage
{
    public static string Html { get; } = PlainPage.Html(WebTexts.Unavailable, WebTexts.AwayText, refresh: 3);
}

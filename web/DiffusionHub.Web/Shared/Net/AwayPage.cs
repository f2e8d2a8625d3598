using System.Net;

namespace DiffusionHub.Web.Shared.Net;

/// <summary>The page that is shown while the database is away. It needs nothing else of the hub, and looks again by itself.</summary>
internal static class AwayPage
{
    public static string Html { get; } = $"""
        <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="dark light"><meta http-equiv="refresh" content="3"><title>DiffusionHub</title></head>
        <body style="font:16px/1.5 system-ui,sans-serif;display:grid;place-items:center;min-height:90vh;text-align:center;padding:1rem">
        <div><h1 style="font-size:1.3rem">{WebUtility.HtmlEncode(WebTexts.Unavailable)}</h1><p>{WebUtility.HtmlEncode(WebTexts.AwayText)}</p></div></body></html>
        """;
}

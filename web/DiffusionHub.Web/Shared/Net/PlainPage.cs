using System.Net;

namespace DiffusionHub.Web.Shared.Net;

/// <summary>A page that needs nothing else of the hub: a heading and a sentence, for when the pages cannot be shown.</summary>
internal static class PlainPage
{
    /// <summary>The document.</summary>
    /// <param name="title">Its heading, not yet encoded.</param>
    /// <param name="text">Its sentence, not yet encoded.</param>
    /// <param name="refresh">Seconds after which it looks again by itself; null: never.</param>
    public static string Html(string title, string text, int? refresh = null) => $"""
        <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="dark light">{(refresh is { } seconds ? $"<meta http-equiv=\"refresh\" content=\"{seconds}\">" : "")}<title>DiffusionHub</title></head>
        <body style="font:16px/1.5 system-ui,sans-serif;display:grid;place-items:center;min-height:90vh;text-align:center;padding:1rem">
        <div><h1 style="font-size:1.3rem">{WebUtility.HtmlEncode(title)}</h1><p>{WebUtility.HtmlEncode(text)}</p></div></body></html>
        """;

    /// <summary>Whether it is a browser that asks for a page, not a program.</summary>
    public static bool IsAskedFor(HttpRequest request) => request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);

    /// <summary>Sends the document; the status stands already.</summary>
    public static Task WriteAsync(HttpContext http, string title, string text, CancellationToken cancellationToken)
    {
        http.Response.ContentType = "text/html; charset=utf-8";
        return http.Response.WriteAsync(Html(title, text), cancellationToken);
    }
}

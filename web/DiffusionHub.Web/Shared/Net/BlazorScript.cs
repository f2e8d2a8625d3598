using System.IO.Compression;
using System.Security.Cryptography;

namespace DiffusionHub.Web.Shared.Net;

/// <summary>Serves Blazor's browser script from this assembly (docs/decisions/0005-blazor-script.md), compressed once.</summary>
internal static class BlazorScript
{
    private static readonly Lazy<byte[]?> Script = new(Read);
    private static readonly Lazy<byte[]> Compressed = new(Compress);

    /// <summary>The script's address; it changes with the script, so that browsers may keep it for good.</summary>
    public static string Address { get; } = Script.Value is { } script
        ? $"_framework/blazor.web.js?v={Convert.ToHexStringLower(SHA256.HashData(script))[..12]}"
        : "_framework/blazor.web.js";

    public static void MapBlazorScript(this IEndpointRouteBuilder endpoints)
    {
        if (Script.Value is null)
        {
            return; // The SDK's static asset serves it.
        }

        endpoints.MapGet("/_framework/blazor.web.js", (HttpContext http) =>
        {
            http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
            http.Response.Headers.Vary = "Accept-Encoding";
            if (http.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal))
            {
                http.Response.Headers.ContentEncoding = "br";
                return TypedResults.Bytes(Compressed.Value, "text/javascript");
            }

            return TypedResults.Bytes(Script.Value, "text/javascript");
        }).AllowAnonymous();
    }

    private static byte[]? Read()
    {
        using var stream = typeof(BlazorScript).Assembly.GetManifestResourceStream("blazor.web.js");
        if (stream is null)
        {
            return null;
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static byte[] Compress()
    {
        using var memory = new MemoryStream();
        using (var brotli = new BrotliStream(memory, CompressionLevel.Optimal, leaveOpen: true))
        {
            brotli.Write(Script.Value);
        }

        return memory.ToArray();
    }
}

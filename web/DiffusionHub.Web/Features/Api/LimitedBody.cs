namespace DiffusionHub.Web.Features.Api;

/// <summary>Reads a body up to a limit of ours, which can be explained, unlike the server's.</summary>
internal static class LimitedBody
{
    private const int FirstBytes = 64 * 1024;

    /// <summary>The body, or null where it has more than <paramref name="most"/> bytes: then the rest is not read.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest http, int most)
    {
        if (http.ContentLength > most)
        {
            return null;
        }

        var cancelled = http.HttpContext.RequestAborted;
        // What the header claims is no reason yet to take the memory.
        var bytes = new byte[FirstBytes];
        var length = 0;
        while (await http.Body.ReadAsync(bytes.AsMemory(length), cancelled) is > 0 and var read)
        {
            length += read;
            if (length > most)
            {
                return null;
            }

            if (length == bytes.Length)
            {
                Array.Resize(ref bytes, Math.Min(most + 1, bytes.Length * 2));
            }
        }

        return bytes.AsMemory(0, length);
    }
}

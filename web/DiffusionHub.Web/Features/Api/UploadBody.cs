using System.Globalization;
using DiffusionHub.Web.Shared.Uploads;
using Microsoft.AspNetCore.Http.Features;

namespace DiffusionHub.Web.Features.Api;

/// <summary>The picture of an upload's body, or why there is none.</summary>
/// <param name="Bytes">The encoded picture.</param>
/// <param name="Refusal">The reason.</param>
internal sealed record UploadBody(ReadOnlyMemory<byte>? Bytes, string? Refusal)
{
    // Boundaries, headers and the like around the file of a form.
    private const int Around = 64 * 1024;

    /// <summary>The body itself, or the first file of a form; null where there is neither.</summary>
    public static async Task<UploadBody?> ReadAsync(HttpRequest http)
    {
        if (!http.HasFormContentType)
        {
            return await LimitedBody.ReadAsync(http, UploadLimits.Bytes) is not { } raw ? TooLarge(http.ContentLength)
                : raw.Length == 0 ? null : new UploadBody(raw, null);
        }

        if (http.ContentLength > UploadLimits.Bytes + Around)
        {
            return TooLarge(http.ContentLength);
        }

        try
        {
            var form = await http.ReadFormAsync(new FormOptions { MultipartBodyLengthLimit = UploadLimits.Bytes + Around }, http.HttpContext.RequestAborted);
            if (form.Files is not [var file, ..])
            {
                return null;
            }

            var bytes = new byte[file.Length];
            await using var stream = file.OpenReadStream();
            await stream.ReadExactlyAsync(bytes, http.HttpContext.RequestAborted);
            return new UploadBody(bytes, null);
        }
        catch (InvalidDataException e)
        {
            return new UploadBody(null, e.Message);
        }
    }

    private static UploadBody TooLarge(long? length) =>
        new(null, string.Format(CultureInfo.InvariantCulture, UploadTexts.TooManyBytes, length is { } known ? known.ToString("N0", CultureInfo.InvariantCulture) : UploadTexts.More, UploadLimits.Bytes));
}

using System.Globalization;
using System.Text;
using DiffusionHub.Domain.Requests;

namespace DiffusionHub.Web.Features.Api;

/// <summary>Reads a request document from an HTTP body.</summary>
internal static class RequestReader
{
    /// <summary>Most bytes beside the pictures: two prompts of the longest length in the widest characters, and room.</summary>
    public const int MostText = 64 * 1024;

    /// <summary>Most bytes with pictures in it: one of the largest in base64, and room.</summary>
    public const int MostWithPictures = 48 * 1024 * 1024;

    /// <summary>The document, or why it cannot be read.</summary>
    public static async Task<(GenerationRequest? Request, IReadOnlyList<FieldError> Errors)> ReadAsync(HttpRequest http)
    {
        if (!http.HasJsonContentType())
        {
            return Refused(ApiTexts.NotJson);
        }

        if (await LimitedBody.ReadAsync(http, MostWithPictures) is not { } body)
        {
            return Refused(string.Format(CultureInfo.InvariantCulture, ApiTexts.BodyTooLarge, MostWithPictures, MostText));
        }

        if (body.Length == 0)
        {
            return Refused(ApiTexts.NoBody);
        }

        var (request, errors) = RequestDocument.Read(body);
        return body.Length - PictureBytes(request) > MostText
            ? Refused(string.Format(CultureInfo.InvariantCulture, ApiTexts.BodyTooLarge, MostWithPictures, MostText))
            : (request, [.. errors.Select(e => e.Field.Length > 0 ? e : e with { Field = "body" })]);
    }

    private static long PictureBytes(GenerationRequest? request) =>
        new[] { request?.Init, request?.Mask, request?.Control, request?.Depth, request?.Map }.Sum(picture => picture is null ? 0L : Encoding.UTF8.GetByteCount(picture));

    private static (GenerationRequest? Request, IReadOnlyList<FieldError> Errors) Refused(string message) => (null, [new FieldError("body", message)]);
}

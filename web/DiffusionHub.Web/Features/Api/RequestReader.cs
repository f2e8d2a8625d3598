using System.Buffers;
using System.Globalization;
using DiffusionHub.Domain.Requests;

namespace DiffusionHub.Web.Features.Api;

/// <summary>Reads a request document from an HTTP body.</summary>
internal static class RequestReader
{
    /// <summary>Largest body in bytes: two prompts of the longest length in the widest characters, and room.</summary>
    public const int MaxBody = 64 * 1024;

    /// <summary>The document, or why it cannot be read.</summary>
    public static async Task<(GenerationRequest? Request, IReadOnlyList<FieldError> Errors)> ReadAsync(HttpRequest http)
    {
        if (!http.HasJsonContentType())
        {
            return Refused(ApiTexts.NotJson);
        }

        var read = await http.BodyReader.ReadAtLeastAsync(MaxBody + 1, http.HttpContext.RequestAborted);
        var body = read.Buffer.Length > MaxBody ? [] : read.Buffer.ToArray();
        var tooLarge = read.Buffer.Length > MaxBody;
        http.BodyReader.AdvanceTo(read.Buffer.End);
        if (tooLarge)
        {
            return Refused(string.Format(CultureInfo.InvariantCulture, ApiTexts.BodyTooLarge, MaxBody));
        }

        if (body.Length == 0)
        {
            return Refused(ApiTexts.NoBody);
        }

        var (request, errors) = RequestDocument.Read(body);
        return (request, [.. errors.Select(e => e.Field.Length > 0 ? e : e with { Field = "body" })]);
    }

    private static (GenerationRequest? Request, IReadOnlyList<FieldError> Errors) Refused(string message) => (null, [new FieldError("body", message)]);
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using DiffusionHub.Domain.Requests;

namespace DiffusionHub.Web.Features.Api;

/// <summary>Reads a request document so that a wrong field is answered by its name, also when the JSON itself is wrong.</summary>
internal static class RequestReader
{
    /// <summary>Largest body in bytes: two prompts of the longest length in the widest characters, and room.</summary>
    public const int MaxBody = 64 * 1024;

    // An unknown member is most often a misspelt one: silently ignoring it would draw another picture than was asked for.
    private static readonly RequestJson Strict = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    });

    /// <summary>The document, or why it cannot be read.</summary>
    public static async Task<(GenerationRequest? Request, FieldError? Error)> ReadAsync(HttpRequest http)
    {
        if (!http.HasJsonContentType())
        {
            return (null, new FieldError("body", ApiTexts.NotJson));
        }

        if (http.ContentLength > MaxBody)
        {
            return TooLarge();
        }

        // One byte more than allowed: a body need not tell its length.
        var body = new byte[http.ContentLength ?? (MaxBody + 1)];
        var length = await http.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, http.HttpContext.RequestAborted);
        if (length > MaxBody)
        {
            return TooLarge();
        }

        try
        {
            var request = length == 0 ? null : JsonSerializer.Deserialize(body.AsSpan(0, length), Strict.GenerationRequest);
            return request is null ? (null, new FieldError("body", ApiTexts.NoBody)) : (request, null);
        }
        catch (JsonException e)
        {
            return (null, Explain(e));
        }
    }

    private static (GenerationRequest? Request, FieldError? Error) TooLarge() =>
        (null, new FieldError("body", string.Format(CultureInfo.InvariantCulture, ApiTexts.BodyTooLarge, MaxBody)));

    private static FieldError Explain(JsonException e)
    {
        var field = e.Path?.TrimStart('$', '.') is { Length: > 0 } path ? path : "body";
        var known = typeof(GenerationRequest).GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)).ToList();
        var text = field == "body" ? ApiTexts.BadJson : known.Contains(field, StringComparer.OrdinalIgnoreCase) ? ApiTexts.BadValue : ApiTexts.UnknownField;
        return new FieldError(field, string.Format(CultureInfo.InvariantCulture, text, field, string.Join(", ", known)));
    }
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace DiffusionHub.Domain.Requests;

/// <summary>Reads the request document strictly: a misspelt member is refused by name instead of being passed over.</summary>
public static class RequestDocument
{
    private static readonly RequestJson Strict = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        PropertyNameCaseInsensitive = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    });

    /// <summary>Names of the members.</summary>
    public static IReadOnlyList<string> Members { get; } = [.. Strict.GenerationRequest.Properties.Where(p => p.Get is not null).Select(p => p.Name)];

    /// <summary>The request in <paramref name="json"/> (UTF-8), or null and the reasons against it.</summary>
    public static (GenerationRequest? Request, IReadOnlyList<FieldError> Errors) Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return (null, [new FieldError("", RequestTexts.NotAnObject)]);
            }

            var unknown = document.RootElement.EnumerateObject()
                .Where(member => !Members.Contains(member.Name, StringComparer.Ordinal))
                .Select(member => new FieldError(member.Name, Text(RequestTexts.UnknownMember, member.Name, string.Join(", ", Members))))
                .Concat(Unknown(document.RootElement, "guide", Strict.GuideRequest)).Concat(Unknown(document.RootElement, "inversion", Strict.InversionRequest))
                .ToList();
            return unknown.Count > 0 ? (null, unknown) : (document.RootElement.Deserialize(Strict.GenerationRequest), []);
        }
        catch (JsonException fault)
        {
            // "$.steps" where the value has the wrong kind; a position where the text itself is wrong.
            var field = fault.Path is { Length: > 2 } path ? path[2..] : "";
            return (null, [new FieldError(field, field.Length > 0 ? Text(RequestTexts.WrongKind, field) : Text(RequestTexts.NotJson, fault.Message))]);
        }
    }

    private static IEnumerable<FieldError> Unknown(JsonElement request, string name, JsonTypeInfo type)
    {
        string[] members = [.. type.Properties.Where(p => p.Get is not null).Select(p => $"{name}.{p.Name}")];
        return request.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object
            ? value.EnumerateObject().Select(member => $"{name}.{member.Name}").Except(members, StringComparer.Ordinal)
                .Select(member => new FieldError(member, Text(RequestTexts.UnknownMember, member, string.Join(", ", members))))
            : [];
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DiffusionHub.Data.Settings;

/// <summary>Reads <c>hub.json</c>; comments and trailing commas are welcome in it.</summary>
internal static class SettingsFile
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Its values as text by name; empty when there is no such file. What is wrong is added to <paramref name="problems"/>.</summary>
    public static Dictionary<string, string> Read(string path, List<string> problems)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Parse(path, problems) is not { } json)
        {
            return values;
        }

        // The data folder is where this file lies: it cannot name another.
        var names = KnownSettings.All.Where(setting => setting != KnownSettings.Data).Select(setting => setting.Name).ToList();
        foreach (var (name, node) in json)
        {
            if (!names.Contains(name))
            {
                problems.Add(Text(SettingsTexts.Unknown, name, NearestName.Of(name, names), string.Join(", ", names)));
            }
            else if (node is null or JsonValue)
            {
                values[name] = node?.ToString() ?? "";
            }
            else
            {
                problems.Add(Text(SettingsTexts.NotSimple, name));
            }
        }

        return values;
    }

    private static JsonObject? Parse(string path, List<string> problems)
    {
        try
        {
            if (File.Exists(path))
            {
                if (JsonNode.Parse(File.ReadAllText(path), documentOptions: Lenient) is JsonObject json)
                {
                    return json;
                }

                problems.Add(Text(SettingsTexts.NotObject, path));
            }
        }
        catch (JsonException error)
        {
            problems.Add(Text(SettingsTexts.NotJson, path, (error.LineNumber ?? 0) + 1, error.Message.Split(" LineNumber:")[0]));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problems.Add(Text(SettingsTexts.NotReadable, path, error.Message));
        }

        return null;
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}

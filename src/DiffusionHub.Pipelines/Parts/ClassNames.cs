using System.Globalization;
using System.Text.Json;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Parts;

/// <summary>Names of a model's classes, as <c>id2label</c> or <c>labels</c> of its JSON files state them: a list, or an object of names by number or of numbers by name.</summary>
internal static class ClassNames
{
    private static readonly string[] Keys = ["id2label", "labels"];

    /// <summary>The names by number in the first of <paramref name="files"/> that has any; empty where none has. A number without a name has itself.</summary>
    public static IReadOnlyList<string> Read(ModelFolder folder, params ReadOnlySpan<string> files)
    {
        foreach (var file in files)
        {
            using var json = folder.ReadJson(file);
            foreach (var key in Keys)
            {
                if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(key, out var names) && Names(names) is [_, ..] found)
                {
                    return found;
                }
            }
        }

        return [];
    }

    private static string[] Names(JsonElement names)
    {
        var known = new SortedDictionary<int, string>();
        foreach (var (key, name) in Pairs(names))
        {
            if (int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < MostClasses)
            {
                known.TryAdd(number, PlainText.Of(name) ?? key);
            }
        }

        return known.Count == 0 ? [] : [.. Enumerable.Range(0, known.Keys.Last() + 1).Select(number => known.GetValueOrDefault(number) ?? number.ToString(CultureInfo.InvariantCulture))];
    }

    // Far above any published model's; a file of strangers must not fill the memory with one number.
    private const int MostClasses = 100_000;

    private static IEnumerable<(string Number, string Name)> Pairs(JsonElement names) => names.ValueKind switch
    {
        JsonValueKind.Array => names.EnumerateArray().Select((name, number) => (number.ToString(CultureInfo.InvariantCulture), name.ToString())),
        JsonValueKind.Object => names.EnumerateObject().Select(pair => pair.Value.ValueKind == JsonValueKind.Number ? (pair.Value.GetRawText(), pair.Name) : (pair.Name, pair.Value.ToString())),
        _ => [],
    };
}

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DiffusionHub.Imaging.Metadata;

/// <summary>
/// What a picture was made from, in the text form that AUTOMATIC1111's web UI began and most tools read: the prompt, a line
/// <c>Negative prompt: …</c> when there is one, then a line of <c>Key: value</c> pairs.
/// </summary>
/// <param name="Prompt">What the picture shows.</param>
/// <param name="NegativePrompt">What it must not show; empty when none.</param>
/// <param name="Fields">The pairs in their order: Steps, Sampler, CFG scale, Seed, Size, Model hash, Model, …, Version.</param>
public sealed partial record Infotext(string Prompt, string NegativePrompt, IReadOnlyList<KeyValuePair<string, string>> Fields)
{
    /// <summary>Value of the last pair: which program wrote the text.</summary>
    public const string Version = "DiffusionHub 0.1";

    private const string Negative = "Negative prompt:";
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The value under <paramref name="key"/>, or null.</summary>
    public string? this[string key] => Fields.FirstOrDefault(f => f.Key == key).Value;

    /// <summary>The text form.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Prompt);
        if (NegativePrompt.Length > 0)
        {
            text.Append('\n').Append(Negative).Append(' ').Append(NegativePrompt);
        }

        return text.Append('\n').AppendJoin(", ", Fields.Select(f => $"{f.Key}: {Quote(f.Value)}")).ToString();
    }

    /// <summary>Reads the text form back, other tools' too. Never fails: what does not look like pairs belongs to the prompt.</summary>
    public static Infotext Parse(string text)
    {
        var lines = text.Trim().ReplaceLineEndings("\n").Split('\n');
        var pairs = Pair().Matches(lines[^1]);
        var fields = new List<KeyValuePair<string, string>>();
        if (pairs.Count >= 3)
        {
            lines = lines[..^1];
            foreach (Match pair in pairs)
            {
                Add(fields, pair.Groups["key"].Value, Unquote(pair.Groups["value"].Value.Trim()));
            }
        }

        var border = Array.FindIndex(lines, line => line.TrimStart().StartsWith(Negative, StringComparison.Ordinal));
        if (border < 0)
        {
            return new Infotext(Join(lines), "", fields);
        }

        lines[border] = lines[border].TrimStart()[Negative.Length..];
        return new Infotext(Join(lines[..border]), Join(lines[border..]), fields);
    }

    private static string Join(IEnumerable<string> lines) => string.Join('\n', lines.Select(line => line.Trim()));

    // A size such as 512x768 reads as two fields, as in the original.
    private static void Add(List<KeyValuePair<string, string>> fields, string key, string value)
    {
        if (Dimensions().Match(value) is { Success: true } size)
        {
            fields.Add(new($"{key}-1", size.Groups["width"].Value));
            fields.Add(new($"{key}-2", size.Groups["height"].Value));
        }
        else
        {
            fields.Add(new(key, value));
        }
    }

    private static string Quote(string value) => value.AsSpan().IndexOfAny(",:\n") < 0 ? value : JsonSerializer.Serialize(value, Plain);

    private static string Unquote(string value)
    {
        if (value.Length < 2 || value[0] != '"' || value[^1] != '"')
        {
            return value;
        }

        try
        {
            return JsonSerializer.Deserialize<string>(value) ?? value;
        }
        catch (JsonException)
        {
            // Quotes that somebody typed.
            return value;
        }
    }

    [GeneratedRegex(@"\s*(?<key>\w[\w \-/]+):\s*(?<value>""(?:\\.|[^\\""])+""|[^,]*)(?:,|$)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pair();

    [GeneratedRegex(@"^(?<width>\d+)x(?<height>\d+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Dimensions();
}

using System.Text.Json;

namespace DiffusionHub.Inference.Graphs;

/// <summary>Reads a module's <c>config.json</c>, member by member; what is absent has the default that the original library gives it.</summary>
internal sealed class ConfigReader
{
    private readonly string path;
    private readonly JsonElement root;

    /// <exception cref="ModelFileException">The file is missing or no JSON object.</exception>
    public ConfigReader(string path)
    {
        this.path = path;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            root = document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : throw new JsonException("{}");
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException(string.Format(null, GraphTexts.BadConfig, path, fault.Message), fault);
        }
    }

    private ConfigReader(string path, JsonElement root)
    {
        this.path = path;
        this.root = root;
    }

    public int Integer(string key) => IntegerOrNull(key) ?? throw ModelFileException.Of(GraphTexts.NoKey, path, key);

    public int Integer(string key, int otherwise) => IntegerOrNull(key) ?? otherwise;

    /// <summary>A number that must divide <paramref name="whole"/>, the config's <paramref name="wholeKey"/>.</summary>
    public int Divisor(string key, int otherwise, string wholeKey, int whole)
    {
        var number = Integer(key, otherwise);
        return number > 0 && whole % number == 0 ? number : throw ModelFileException.Of(GraphTexts.Divide, path, key, number, wholeKey, whole);
    }

    public int? IntegerOrNull(string key) => Member(key) is { } member ? Integer(key, member) : null;

    public float Number(string key, float otherwise) => Member(key) is { } member ? Number(key, member) : otherwise;

    public bool Flag(string key, bool otherwise) => Member(key) is { } member ? Flag(key, member) : otherwise;

    /// <summary>A text, which must be one of <paramref name="known"/>; null where it is absent or null and null is known.</summary>
    public string? Text(string key, string? otherwise, params ReadOnlySpan<string?> known)
    {
        var text = !root.TryGetProperty(key, out var member) ? otherwise : member.ValueKind == JsonValueKind.String ? member.GetString() : member.ValueKind == JsonValueKind.Null ? null : member.GetRawText();
        return known.Contains(text) ? text : throw Unsupported(key, text, known);
    }

    /// <summary>A list of texts, each one of <paramref name="known"/>.</summary>
    public IReadOnlyList<string> Texts(string key, params ReadOnlySpan<string?> known)
    {
        var texts = new List<string>();
        foreach (var element in Array(key))
        {
            var text = element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText();
            texts.Add(known.Contains(text) ? text : throw Unsupported(key, text, known));
        }

        return texts;
    }

    /// <summary>A list of whole numbers.</summary>
    public IReadOnlyList<int> Integers(string key) => [.. Array(key).Select(element => Integer(key, element))];

    /// <summary>One number for each of <paramref name="count"/> blocks: a list, or a number that holds for all.</summary>
    public IReadOnlyList<int> Integers(string key, int count, int otherwise) => Each(key, count, otherwise, Integer);

    /// <summary>As <see cref="Integers(string, int, int)"/>, of flags.</summary>
    public IReadOnlyList<bool> Flags(string key, int count, bool otherwise) => Each(key, count, otherwise, Flag);

    /// <summary>A list of numbers.</summary>
    public IReadOnlyList<float> Numbers(string key) => [.. Array(key).Select(element => Number(key, element))];

    /// <summary>Names by number, as transformers' <c>id2label</c> has them: <paramref name="count"/> of them or none; null: as many as there are, at least one.</summary>
    public IReadOnlyList<string> Labels(string key, int? count = null)
    {
        if (Member(key) is not { } member)
        {
            return count is null ? throw ModelFileException.Of(GraphTexts.NoKey, path, key) : [];
        }

        var names = member.ValueKind == JsonValueKind.Object ? member.EnumerateObject().Count() : 0;
        string[] labels = [.. Enumerable.Range(0, names).Select(i => member.TryGetProperty($"{i}", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString()! : throw Wrong(key, member, GraphTexts.Labels))];
        return names > 0 && names == (count ?? names) ? labels : throw Wrong(key, member, GraphTexts.Labels);
    }

    /// <summary>The members of a JSON object in it; an empty object where it is absent.</summary>
    public ConfigReader Section(string key) => Member(key) switch
    {
        null => new ConfigReader(path, JsonElement.Parse("{}")),
        { ValueKind: JsonValueKind.Object } section => new ConfigReader(path, section),
        { } other => throw Wrong(key, other, GraphTexts.Object),
    };

    public bool Has(string key) => Member(key) is not null;

    public bool IsList(string key) => Member(key) is { ValueKind: JsonValueKind.Array };

    /// <summary>Refuses the config unless <paramref name="key"/> is absent, null, or <paramref name="only"/> (as JSON).</summary>
    public void Only(string key, string only)
    {
        using var expected = JsonDocument.Parse(only);
        if (Member(key) is { } member && !JsonElement.DeepEquals(member, expected.RootElement))
        {
            throw Unsupported(key, member.GetRawText(), [only]);
        }
    }

    /// <summary>Refuses a list that has lists in it: a number for every layer instead of one for every block.</summary>
    public void NotNested(string key)
    {
        if (Member(key) is { ValueKind: JsonValueKind.Array } member && member.EnumerateArray().Any(element => element.ValueKind == JsonValueKind.Array))
        {
            throw Unsupported(key, member.GetRawText(), [GraphTexts.OneABlock]);
        }
    }

    public ModelFileException Unsupported(string key, string? found, params ReadOnlySpan<string?> known) =>
        ModelFileException.Of(GraphTexts.Unsupported, path, key, found ?? "null", string.Join(", ", known.ToArray().Select(k => k ?? "null")));

    private List<T> Each<T>(string key, int count, T otherwise, Func<string, JsonElement, T> read)
    {
        if (Member(key) is not { ValueKind: JsonValueKind.Array } member)
        {
            return [.. Enumerable.Repeat(Member(key) is { } one ? read(key, one) : otherwise, count)];
        }

        var list = member.EnumerateArray().Select(element => read(key, element)).ToList();
        return list.Count == count ? list : throw ModelFileException.Of(GraphTexts.WrongCount, path, key, count, list.Count);
    }

    private List<JsonElement> Array(string key) => Member(key) switch
    {
        null => throw ModelFileException.Of(GraphTexts.NoKey, path, key),
        { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() > 0 => [.. list.EnumerateArray()],
        { } other => throw Wrong(key, other, GraphTexts.List),
    };

    // No length or count in a model of these families comes near the limit; it keeps sums of them within range.
    private int Integer(string key, JsonElement member) =>
        member.ValueKind == JsonValueKind.Number && member.TryGetInt32(out var number) && number is >= 0 and <= 10_000_000 ? number : throw Wrong(key, member, GraphTexts.Whole);

    private float Number(string key, JsonElement member) =>
        member.ValueKind == JsonValueKind.Number && member.TryGetSingle(out var number) && float.IsFinite(number) ? number : throw Wrong(key, member, GraphTexts.Number);

    private bool Flag(string key, JsonElement member) =>
        member.ValueKind is JsonValueKind.True or JsonValueKind.False ? member.GetBoolean() : throw Wrong(key, member, "true, false");

    private ModelFileException Wrong(string key, JsonElement found, string expected) => ModelFileException.Of(GraphTexts.Wrong, path, key, expected, found.GetRawText());

    private JsonElement? Member(string key) => root.TryGetProperty(key, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;
}

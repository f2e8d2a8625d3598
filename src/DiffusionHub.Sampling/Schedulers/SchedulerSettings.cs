using System.Text.Json;

namespace DiffusionHub.Sampling.Schedulers;

/// <summary>Typed reading of a configuration, with the class's defaults under it and errors that name the key.</summary>
internal sealed class SchedulerSettings(SchedulerClass chosen, IReadOnlyDictionary<string, JsonElement> values)
{
    public string ClassName => chosen.Name;

    public bool Knows(string key) => chosen.Defaults.ContainsKey(key);

    public bool Bool(string key) => Stated(key) switch
    {
        null => (bool)chosen.Defaults[key]!,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } other => throw Wrong(key, other, "true or false"),
    };

    public int Int(string key, int least = int.MinValue, int most = int.MaxValue)
    {
        var value = Stated(key) is not { } stated ? (int)chosen.Defaults[key]!
            : stated.ValueKind == JsonValueKind.Number && stated.TryGetInt32(out var whole) ? whole
            : throw Wrong(key, stated, "a whole number");
        return value >= least && value <= most ? value : throw new SchedulerConfigException($"{key} is {value}, but must be {least} to {most}.");
    }

    public double Double(string key) => OptionalDouble(key) ?? throw new SchedulerConfigException($"{key} must be a number.");

    public double? OptionalDouble(string key) => Stated(key) switch
    {
        null => chosen.Defaults[key] switch { null => null, int whole => whole, var number => (double)number },
        { ValueKind: JsonValueKind.Number } number => number.GetDouble(),
        { } other => throw Wrong(key, other, "a number"),
    };

    /// <summary>A word of a fixed list.</summary>
    public string Word(string key, params ReadOnlySpan<string> known)
    {
        var word = Text(key);
        return known.Contains(word) ? word! : throw new SchedulerConfigException($"{key} \"{word}\" is not known to {ClassName}. Known: {string.Join(", ", known.ToArray())}.");
    }

    public string? Text(string key) => Stated(key) switch
    {
        null => (string?)chosen.Defaults[key],
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { } other => throw Wrong(key, other, "a word"),
    };

    public double[]? Numbers(string key) => Stated(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } array when array.EnumerateArray().All(e => e.ValueKind == JsonValueKind.Number) => [.. array.EnumerateArray().Select(e => e.GetDouble())],
        { } other => throw Wrong(key, other, "a list of numbers"),
    };

    // A null stands for the default, as it does in the files that diffusers writes.
    private JsonElement? Stated(string key) => values.TryGetValue(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static SchedulerConfigException Wrong(string key, JsonElement value, string expected) => new($"{key} is {value.GetRawText()}, but must be {expected}.");
}

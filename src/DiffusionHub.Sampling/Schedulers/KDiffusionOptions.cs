using System.Text.Json;

namespace DiffusionHub.Sampling.Schedulers;

/// <summary>Typed reading of a k-diffusion function's arguments, with errors that name the argument.</summary>
internal sealed class KDiffusionOptions
{
    private readonly Dictionary<string, JsonElement> values = new(StringComparer.Ordinal);

    /// <param name="function">The sampler's or schedule's name.</param>
    /// <param name="options">A JSON object; undefined: no arguments.</param>
    /// <param name="known">The arguments that it has.</param>
    /// <exception cref="SchedulerConfigException">An argument is not known.</exception>
    public KDiffusionOptions(string function, JsonElement options, string[] known)
    {
        if (options.ValueKind == JsonValueKind.Undefined)
        {
            return;
        }

        if (options.ValueKind != JsonValueKind.Object)
        {
            throw new SchedulerConfigException($"The arguments of {function} must be a JSON object.");
        }

        foreach (var option in options.EnumerateObject())
        {
            values[option.Name] = known.Contains(option.Name)
                ? option.Value
                : throw new SchedulerConfigException($"{function} has no argument {option.Name}. It has: {(known.Length > 0 ? string.Join(", ", known) : "none")}.");
        }
    }

    public double Number(string name, double standard) =>
        !values.TryGetValue(name, out var value) ? standard
        : value.ValueKind == JsonValueKind.Number ? value.GetDouble()
        : throw Wrong(name, value, "a number");

    public int Whole(string name, int standard, int least, int most) =>
        !values.TryGetValue(name, out var value) ? standard
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var whole) && whole >= least && whole <= most ? whole
        : throw Wrong(name, value, $"a whole number from {least} to {most}");

    /// <summary>A word of a fixed list, whose first is the default.</summary>
    public string Word(string name, params ReadOnlySpan<string> known) =>
        !values.TryGetValue(name, out var value) ? known[0]
        : value.ValueKind == JsonValueKind.String && known.Contains(value.GetString()) ? value.GetString()!
        : throw Wrong(name, value, "one of " + string.Join(", ", known.ToArray()));

    private static SchedulerConfigException Wrong(string name, JsonElement value, string expected) => new($"{name} is {value.GetRawText()}, but must be {expected}.");
}

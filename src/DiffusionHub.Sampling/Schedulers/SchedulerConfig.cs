using System.Text.Json;
using System.Text.RegularExpressions;
using DiffusionHub.Sampling.Curves;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Schedulers;

/// <summary>A <c>scheduler_config.json</c>, or what takes its place: a class and its keys, by diffusers' names.</summary>
/// <remarks>
/// When another class is chosen, diffusers' <c>from_config</c> decides: every key that the new class knows is kept, even if the old class
/// did not know it; the others take the new class's defaults.
/// </remarks>
public sealed partial class SchedulerConfig
{
    private readonly IReadOnlyDictionary<string, JsonElement> values;

    // Python writes infinities and NaN, which JSON does not have: "lambda_min_clipped": -Infinity.
    [GeneratedRegex(@"(?<colon>:\s*)-?(Infinity|NaN)(?=\s*[,}])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NotJson();

    private SchedulerConfig(SchedulerClass chosen, IReadOnlyDictionary<string, JsonElement> values) => (Class, this.values) = (chosen, values);

    /// <summary>The class.</summary>
    public SchedulerClass Class { get; }

    /// <summary>Reads the text of a <c>scheduler_config.json</c>.</summary>
    /// <exception cref="SchedulerConfigException">It is no such configuration; the message says why.</exception>
    public static SchedulerConfig Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(NotJson().Replace(json, "${colon}null"));
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("_class_name", out var name) && name.ValueKind == JsonValueKind.String
                ? Of(name.GetString()!, document.RootElement)
                : throw new SchedulerConfigException("The scheduler configuration has no _class_name.");
        }
        catch (JsonException error)
        {
            throw new SchedulerConfigException($"The scheduler configuration is not JSON: {error.Message}");
        }
    }

    /// <summary>The configuration of class <paramref name="className"/> with the members of <paramref name="values"/>.</summary>
    /// <param name="className">Name of the class in diffusers.</param>
    /// <param name="values">A JSON object.</param>
    /// <exception cref="SchedulerConfigException">The class is not known; the message lists those that are.</exception>
    public static SchedulerConfig Of(string className, JsonElement values) =>
        new(KnownSchedulers.Named(className), values.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.Clone(), StringComparer.Ordinal));

    /// <summary>The configuration when <paramref name="chosen"/> takes this one's place, with some values set.</summary>
    /// <param name="chosen">The new class.</param>
    /// <param name="set">Values that win over those here.</param>
    /// <exception cref="SchedulerConfigException"><paramref name="set"/> has a key that the class does not know; the message lists those it does.</exception>
    public SchedulerConfig With(SchedulerClass chosen, IReadOnlyDictionary<string, JsonElement> set)
    {
        ArgumentNullException.ThrowIfNull(chosen);
        ArgumentNullException.ThrowIfNull(set);
        if (set.Keys.FirstOrDefault(key => !chosen.Defaults.ContainsKey(key)) is { } unknown)
        {
            throw new SchedulerConfigException($"{chosen.Name} has no {unknown}. It has: {string.Join(", ", chosen.Defaults.Keys.Order(StringComparer.Ordinal))}.");
        }

        var merged = new Dictionary<string, JsonElement>(values, StringComparer.Ordinal);
        foreach (var (key, value) in set)
        {
            merged[key] = value;
        }

        return new SchedulerConfig(chosen, merged);
    }

    /// <summary>True where the class knows <paramref name="key"/> and it has this value, stated or by default.</summary>
    public bool Says(string key, JsonElement value) => Class.Defaults.ContainsKey(key) && (values.TryGetValue(key, out var stated) && stated.ValueKind != JsonValueKind.Null
        ? JsonElement.DeepEquals(stated, value)
        : JsonElement.DeepEquals(JsonSerializer.SerializeToElement(Class.Defaults[key]), value));

    /// <summary>The noising process alone, for what is put under noise beside the picture: a low resolution, an embedding.</summary>
    /// <exception cref="SchedulerConfigException">A value is not known or does not go with another; the message names it.</exception>
    public TrainingProcess Process() => new SchedulerSettings(Class, values).Process();

    /// <summary>Sampler, schedule and denoiser that this configuration means.</summary>
    /// <exception cref="SchedulerConfigException">A value is not known or does not go with another; the message names it.</exception>
    public SamplingRecipe Build(RecipeOptions? options = null)
    {
        options ??= new RecipeOptions();
        if (options.Curve is null)
        {
            return Class.Build(new SchedulerSettings(Class, values), options);
        }

        if (!Class.TakesCurves)
        {
            throw new SchedulerConfigException($"{Class.Name} has a schedule of its own; {options.Curve} cannot be chosen for it.");
        }

        // A curve that the class has a key for is that key: then the key's conventions hold too.
        var curve = KnownCurves.Named(options.Curve);
        if (curve.Key is not { } key || !Class.Defaults.ContainsKey(key))
        {
            return Class.Build(new SchedulerSettings(Class, values), options);
        }

        var set = KnownCurves.All.Where(c => c.Key is not null).ToDictionary(c => c.Key!, c => JsonElement.Parse(c.Key == key ? "true" : "false"), StringComparer.Ordinal);
        return With(Class, set).Build(options with { Curve = null });
    }
}

using System.Text.Json;

namespace DiffusionHub.Inference.Weights.Adapters;

/// <summary>
/// What diffusers notes in the header of a LoRA that it saves: peft's configuration of each module, as JSON under one key. Where it has an
/// alpha, the file has no tensors of it.
/// </summary>
internal sealed class LoraSettings
{
    private const string Key = "lora_adapter_metadata";

    private readonly Dictionary<LoraPart, (float? Alpha, List<(string Layer, float Alpha)> Patterns)> parts = [];

    /// <exception cref="ModelFileException">They are damaged, or ask for another kind of adapter.</exception>
    public LoraSettings(SafetensorsFile file)
    {
        if (!file.Header.Metadata.TryGetValue(Key, out var json))
        {
            return;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var (name, part) in new[] { ("unet", LoraPart.Unet), ("text_encoder", LoraPart.TextEncoder), ("text_encoder_2", LoraPart.TextEncoder2) })
            {
                parts[part] = Part(file.Path, document.RootElement, name);
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            throw new ModelFileException(string.Format(null, AdapterTexts.Settings, file.Path, Key, fault.Message), fault);
        }
    }

    /// <summary>The alpha of a layer; null where nothing is said.</summary>
    public float? Alpha(LoraPart part, string layer)
    {
        if (!parts.TryGetValue(part, out var settings))
        {
            return null;
        }

        // A pattern is a layer's path or the end of one.
        var pattern = settings.Patterns.FindIndex(p => layer == p.Layer || layer.EndsWith($"_{p.Layer}", StringComparison.Ordinal));
        return pattern < 0 ? settings.Alpha : settings.Patterns[pattern].Alpha;
    }

    private static (float? Alpha, List<(string Layer, float Alpha)> Patterns) Part(string path, JsonElement root, string name)
    {
        foreach (var (key, method) in new[] { ("use_rslora", "rsLoRA"), ("use_dora", "DoRA") })
        {
            if (root.TryGetProperty($"{name}.{key}", out var used) && used.ValueKind == JsonValueKind.True)
            {
                throw ModelFileException.Of(AdapterTexts.OtherMethod, path, method, $"{name}.{key}");
            }
        }

        var patterns = root.TryGetProperty($"{name}.alpha_pattern", out var list) && list.ValueKind == JsonValueKind.Object
            ? list.EnumerateObject().Select(p => (LoraKey.Flat(p.Name), p.Value.GetSingle())).ToList()
            : [];
        return (root.TryGetProperty($"{name}.lora_alpha", out var alpha) && alpha.ValueKind == JsonValueKind.Number ? alpha.GetSingle() : null, patterns);
    }
}

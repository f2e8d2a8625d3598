using System.Text.Json;

namespace DiffusionHub.Inference.Weights;

/// <summary>Weights in several parts, with a <c>….safetensors.index.json</c> that says which tensor is in which.</summary>
internal static class WeightIndex
{
    // More than any model's: as long as a header may be.
    private const long LongestIndex = 100_000_000;

    /// <summary>Whether it is named as one.</summary>
    public static bool IsIndex(string path) => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    /// <summary>Opens all parts that the index at <paramref name="path"/> lists.</summary>
    /// <exception cref="ModelFileException">The index or a part cannot be used, or a part lacks a tensor that is listed.</exception>
    public static IReadOnlyList<SafetensorsFile> Open(string path)
    {
        var full = Path.GetFullPath(path);
        var places = Read(full);
        var parts = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        try
        {
            foreach (var part in places.Values.Distinct().Order(StringComparer.Ordinal))
            {
                var file = Path.Combine(Path.GetDirectoryName(full)!, part);
                parts[part] = File.Exists(file) ? SafetensorsFile.Open(file) : throw ModelFileException.Of(WeightsTexts.NoPart, full, part);
            }

            foreach (var (tensor, part) in places)
            {
                if (!parts[part].Header.Tensors.ContainsKey(tensor))
                {
                    throw ModelFileException.Of(WeightsTexts.NotInPart, full, tensor, part);
                }
            }

            return [.. parts.Values];
        }
        catch (ModelFileException)
        {
            foreach (var part in parts.Values)
            {
                part.Dispose();
            }

            throw;
        }
    }

    private static Dictionary<string, string> Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > LongestIndex)
            {
                throw ModelFileException.Of(WeightsTexts.LongIndex, path, LongestIndex, file.Length);
            }

            using var document = JsonDocument.Parse(file);
            var places = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var place in document.RootElement.GetProperty("weight_map").EnumerateObject())
            {
                var part = place.Value.GetString();
                if (string.IsNullOrEmpty(part) || part.AsSpan().ContainsAny('/', '\\') || !part.EndsWith(".safetensors", StringComparison.Ordinal))
                {
                    throw ModelFileException.Of(WeightsTexts.PartName, path, part ?? "null", place.Name);
                }

                places[place.Name] = part;
            }

            return places.Count > 0 ? places : throw ModelFileException.Of(WeightsTexts.BadIndex, path, "{}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException(string.Format(null, WeightsTexts.Unreadable, path, fault.Message), fault);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new ModelFileException(string.Format(null, WeightsTexts.BadIndex, path, fault.Message), fault);
        }
    }
}

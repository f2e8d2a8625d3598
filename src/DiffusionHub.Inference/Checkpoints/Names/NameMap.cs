namespace DiffusionHub.Inference.Checkpoints.Names;

/// <summary>A part of a model that has one name in diffusers and another in the code that the model was first published with.</summary>
/// <param name="Diffusers">Such as <c>down_blocks.1.attentions.0</c>.</param>
/// <param name="Original">Such as <c>input_blocks.4.1</c>.</param>
public readonly record struct NamePair(string Diffusers, string Original);

/// <summary>Names of the same parameters in diffusers and in the original code: the beginnings differ, by pairs, and what follows is the same.</summary>
public sealed class NameMap
{
    private readonly Dictionary<string, string> originals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> diffusers = new(StringComparer.Ordinal);

    /// <summary>A map by <paramref name="pairs"/>; where one part lies in another, the inner one counts.</summary>
    /// <exception cref="ArgumentException">A name occurs twice.</exception>
    public NameMap(IEnumerable<NamePair> pairs)
    {
        foreach (var pair in pairs)
        {
            originals.Add(pair.Diffusers, pair.Original);
            diffusers.Add(pair.Original, pair.Diffusers);
        }
    }

    /// <summary>The original name of a parameter or a part whose name in diffusers is <paramref name="name"/>; null: it has none.</summary>
    public string? Original(string name) => Find(originals, name);

    /// <summary>The name in diffusers of what the original calls <paramref name="name"/>; null: it has none.</summary>
    public string? Diffusers(string name) => Find(diffusers, name);

    // The longest beginning that ends at a dot.
    private static string? Find(Dictionary<string, string> names, string name)
    {
        for (var end = name.Length; end > 0; end = name.LastIndexOf('.', end - 1))
        {
            if (names.TryGetValue(name[..end], out var other))
            {
                return string.Concat(other, name.AsSpan(end));
            }
        }

        return null;
    }
}

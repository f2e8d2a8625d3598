namespace DiffusionHub.Inference.Graphs.Classifiers;

/// <summary>The <c>config.json</c> of a ViTForImageClassification (Dosovitskiy et al. 2021).</summary>
public sealed record VitConfig
{
    /// <summary>Side of the pictures, which must be that large.</summary>
    public required int Side { get; init; }

    /// <summary>Side of a patch, each of which becomes a token.</summary>
    public required int Patch { get; init; }

    /// <summary>Length of a token's vector.</summary>
    public required int Width { get; init; }

    /// <summary>Length of the vectors inside the feed-forward layers.</summary>
    public required int InnerWidth { get; init; }

    /// <summary>Layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Attention heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Whether queries, keys and values have a bias.</summary>
    public required bool AttentionBias { get; init; }

    /// <summary>What the layer normalisations add to the variance.</summary>
    public required float Epsilon { get; init; }

    /// <summary>Classes.</summary>
    public required int Classes { get; init; }

    /// <summary>Their names by number.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>Reads it.</summary>
    /// <exception cref="ModelFileException">It is missing or damaged, or asks for what the hub cannot do.</exception>
    public static VitConfig Read(string path)
    {
        var config = new ConfigReader(path);
        config.Texts("architectures", "ViTForImageClassification");
        config.Only("hidden_act", "\"gelu\"");
        config.Only("num_channels", "3");
        var width = config.Integer("hidden_size", 768);
        var side = config.Integer("image_size", 224);
        var names = config.Labels("id2label");
        return new VitConfig
        {
            Side = side,
            Patch = config.Divisor("patch_size", 16, "image_size", side),
            Width = width,
            InnerWidth = config.Integer("intermediate_size", 3072),
            Layers = config.Integer("num_hidden_layers", 12),
            Heads = config.Divisor("num_attention_heads", 12, "hidden_size", width),
            AttentionBias = config.Flag("qkv_bias", true),
            Epsilon = config.Number("layer_norm_eps", 1e-12f),
            Classes = names.Count,
            ClassNames = names,
        };
    }
}

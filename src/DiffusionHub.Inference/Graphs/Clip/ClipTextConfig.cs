namespace DiffusionHub.Inference.Graphs.Clip;

/// <summary>The <c>config.json</c> of a CLIP text encoder (Radford et al. 2021), OpenAI's or OpenCLIP's.</summary>
public sealed record ClipTextConfig
{
    /// <summary>Words in the vocabulary.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Most tokens.</summary>
    public required int Tokens { get; init; }

    /// <summary>Length of a token's vector.</summary>
    public required int Width { get; init; }

    /// <summary>Length of the vectors inside the feed-forward layers.</summary>
    public required int InnerWidth { get; init; }

    /// <summary>Layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Attention heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Whether the activation is the sigmoid approximation; else it is the exact one.</summary>
    public required bool QuickGelu { get; init; }

    /// <summary>What the layer normalisations add to the variance.</summary>
    public required float Epsilon { get; init; }

    /// <summary>The token whose first occurrence is the text's own vector; null: the largest id (as the first published configs mean it).</summary>
    public required int? EndToken { get; init; }

    /// <summary>Length of the projected text vector; null where there is no projection.</summary>
    public required int? Projection { get; init; }

    /// <summary>Reads it.</summary>
    /// <exception cref="ModelFileException">It is missing or damaged, or asks for what the hub cannot do.</exception>
    public static ClipTextConfig Read(string path)
    {
        var config = new ConfigReader(path);
        var projected = config.Texts("architectures", "CLIPTextModel", "CLIPTextModelWithProjection")[0] == "CLIPTextModelWithProjection";
        return Read(config, projected ? config.Integer("projection_dim", 512) : null);
    }

    /// <summary>Reads it from an object that has its members.</summary>
    internal static ClipTextConfig Read(ConfigReader config, int? projection)
    {
        var width = config.Integer("hidden_size", 512);

        // 2 stands for “whatever the vocabulary's end token is”: configs were published with it before it was read.
        const int legacyEnd = 2;
        var end = config.Integer("eos_token_id", 49407);
        return new ClipTextConfig
        {
            Vocabulary = config.Integer("vocab_size", 49408),
            Tokens = config.Integer("max_position_embeddings", 77),
            Width = width,
            InnerWidth = config.Integer("intermediate_size", 2048),
            Layers = config.Integer("num_hidden_layers", 12),
            Heads = config.Divisor("num_attention_heads", 8, "hidden_size", width),
            QuickGelu = config.Text("hidden_act", "quick_gelu", "quick_gelu", "gelu") == "quick_gelu",
            Epsilon = config.Number("layer_norm_eps", 1e-5f),
            EndToken = end == legacyEnd ? null : end,
            Projection = projection,
        };
    }
}

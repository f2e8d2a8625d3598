namespace DiffusionHub.Inference.Graphs.Clip;

/// <summary>The <c>config.json</c> of a CLIP image encoder with a projection (Radford et al. 2021), OpenAI's or OpenCLIP's.</summary>
public sealed record ClipVisionConfig
{
    /// <summary>Side of the pictures, which must be that large.</summary>
    public required int Side { get; init; }

    /// <summary>Side of a patch, each of which becomes a token.</summary>
    public required int Patch { get; init; }

    /// <summary>Channels of a picture.</summary>
    public required int Channels { get; init; }

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

    /// <summary>Length of the projected vector of a picture.</summary>
    public required int Projection { get; init; }

    /// <summary>Tokens: a patch each, and one before them that becomes the picture's vector.</summary>
    public int Tokens => (Side / Patch * (Side / Patch)) + 1;

    /// <summary>Reads it.</summary>
    /// <exception cref="ModelFileException">It is missing or damaged, or asks for what the hub cannot do.</exception>
    public static ClipVisionConfig Read(string path)
    {
        var config = new ConfigReader(path);
        config.Texts("architectures", "CLIPVisionModelWithProjection");
        return Read(path, config, config.Integer("projection_dim", 512));
    }

    /// <summary>Reads it from an object that has its members.</summary>
    internal static ClipVisionConfig Read(string path, ConfigReader config, int projection)
    {
        var width = config.Integer("hidden_size", 768);
        var (side, patch) = (config.Integer("image_size", 224), config.Integer("patch_size", 32));
        return new ClipVisionConfig
        {
            Side = side,
            Patch = patch > 0 && patch <= side ? patch : throw ModelFileException.Of(GraphTexts.Divide, path, "patch_size", patch, "image_size", side),
            Channels = config.Integer("num_channels", 3),
            Width = width,
            InnerWidth = config.Integer("intermediate_size", 3072),
            Layers = config.Integer("num_hidden_layers", 12),
            Heads = config.Divisor("num_attention_heads", 12, "hidden_size", width),
            QuickGelu = config.Text("hidden_act", "quick_gelu", "quick_gelu", "gelu") == "quick_gelu",
            Epsilon = config.Number("layer_norm_eps", 1e-5f),
            Projection = projection,
        };
    }
}

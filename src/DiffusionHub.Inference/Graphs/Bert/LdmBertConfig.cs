namespace DiffusionHub.Inference.Graphs.Bert;

/// <summary>The <c>config.json</c> of an LDMBertModel: the text encoder of the first latent diffusion model with text (Rombach et al. 2022, appendix E.2.1), learnt with it.</summary>
public sealed record LdmBertConfig
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

    /// <summary>Length of a head's vectors; all heads together need not be as long as a token's.</summary>
    public required int HeadWidth { get; init; }

    /// <summary>Reads it.</summary>
    /// <exception cref="ModelFileException">It is missing or damaged, or asks for what the hub cannot do.</exception>
    public static LdmBertConfig Read(string path)
    {
        var config = new ConfigReader(path);
        config.Only("activation_function", "\"gelu\"");
        return new LdmBertConfig
        {
            Vocabulary = config.Integer("vocab_size", 30522),
            Tokens = config.Integer("max_position_embeddings", 77),
            Width = config.Integer("d_model", 1280),
            InnerWidth = config.Integer("encoder_ffn_dim", 5120),
            Layers = config.Integer("encoder_layers", 32),
            Heads = config.Integer("encoder_attention_heads", 8),
            HeadWidth = config.Integer("head_dim", 64),
        };
    }
}

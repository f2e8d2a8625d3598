using DiffusionHub.Inference.Graphs.Dialects;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Graphs.Vae;

/// <summary>The <c>config.json</c> of a VQModel (van den Oord et al. 2017; Esser et al. 2021): an autoencoder whose latents are codes out of a book.</summary>
public sealed record VqModelConfig : IAutoencoderConfig
{
    /// <inheritdoc/>
    public required int PictureChannels { get; init; }

    /// <summary>Channels of a code, which are those of a latent.</summary>
    public required int LatentChannels { get; init; }

    /// <summary>Channels between the code and the convolutions.</summary>
    public required int InnerChannels { get; init; }

    /// <summary>Codes in the book.</summary>
    public required int Codes { get; init; }

    /// <summary>Channels of each resolution, the full one first.</summary>
    public required IReadOnlyList<int> BlockChannels { get; init; }

    /// <summary>Residual blocks a resolution in the encoder; the decoder has one more.</summary>
    public required int LayersPerBlock { get; init; }

    /// <summary>Groups of the normalisations.</summary>
    public required int Groups { get; init; }

    /// <summary>Whether the lowest resolution has attention.</summary>
    public required bool MidAttention { get; init; }

    /// <inheritdoc/>
    public required float ScalingFactor { get; init; }

    /// <inheritdoc/>
    public float ShiftFactor => 0;

    /// <inheritdoc/>
    public bool GivesDistribution => false;

    /// <inheritdoc/>
    public int Factor => 1 << (BlockChannels.Count - 1);

    internal AutoencoderLayers Layers => new(BlockChannels, LayersPerBlock, Groups, MidAttention);

    /// <summary>Reads it. <c>lookup_from_codebook</c> means nothing here: it is for callers that bring the numbers of codes.</summary>
    /// <exception cref="ModelFileException">It is missing or damaged, or asks for what the hub cannot do.</exception>
    public static VqModelConfig Read(string path)
    {
        var config = new ConfigReader(path);
        config.Only("act_fn", "\"silu\"");
        config.Only("norm_type", "\"group\"");
        config.Only("out_channels", $"{config.Integer("in_channels", 3)}");
        config.Texts("down_block_types", "DownEncoderBlock2D");
        config.Texts("up_block_types", "UpDecoderBlock2D");
        var inner = config.Integer("latent_channels", 3);
        return new VqModelConfig
        {
            PictureChannels = config.Integer("in_channels", 3),
            InnerChannels = inner,
            LatentChannels = config.Integer("vq_embed_dim", inner),
            Codes = config.Integer("num_vq_embeddings", 256),
            BlockChannels = config.Integers("block_out_channels"),
            LayersPerBlock = config.Integer("layers_per_block", 1),
            Groups = config.Integer("norm_num_groups", 32),
            MidAttention = config.Flag("mid_block_add_attention", true),
            ScalingFactor = config.Number("scaling_factor", 0.18215f),
        };
    }

    /// <inheritdoc/>
    public WrittenGraph Decoder(WeightSet weights, GraphDialect? dialect = null) => VqModelGraphs.Decoder(this, weights);

    /// <inheritdoc/>
    public WrittenGraph Encoder(WeightSet weights, GraphDialect? dialect = null) => VqModelGraphs.Encoder(this, weights);
}

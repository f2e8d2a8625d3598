using DiffusionHub.Inference.Graphs.Dialects;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Graphs.Vae;

/// <summary>The <c>config.json</c> of an AutoencoderKL (Rombach et al. 2022): pictures to latents and back.</summary>
public sealed record AutoencoderKlConfig : IAutoencoderConfig
{
    private const float XlScalingFactor = 0.13025f;

    /// <inheritdoc/>
    public required int PictureChannels { get; init; }

    /// <inheritdoc/>
    public required int LatentChannels { get; init; }

    /// <summary>Channels of each resolution, the full one first.</summary>
    public required IReadOnlyList<int> BlockChannels { get; init; }

    /// <summary>Residual blocks a resolution in the encoder; the decoder has one more.</summary>
    public required int LayersPerBlock { get; init; }

    /// <summary>Groups of the normalisations.</summary>
    public required int Groups { get; init; }

    /// <summary>Whether the lowest resolution has attention.</summary>
    public required bool MidAttention { get; init; }

    /// <summary>Whether a 1×1 convolution follows the encoder.</summary>
    public required bool QuantConv { get; init; }

    /// <summary>Whether a 1×1 convolution comes before the decoder.</summary>
    public required bool PostQuantConv { get; init; }

    /// <inheritdoc/>
    public required float ScalingFactor { get; init; }

    /// <inheritdoc/>
    public float ShiftFactor { get; init; }

    /// <summary>Whether its file says that it was trained for the range of float32, as it does where nothing is said.</summary>
    public bool WideRange { get; init; } = true;

    /// <inheritdoc/>
    public bool GivesDistribution => true;

    /// <inheritdoc/>
    public int Factor => 1 << (BlockChannels.Count - 1);

    internal AutoencoderLayers Layers => new(BlockChannels, LayersPerBlock, Groups, MidAttention);

    /// <summary>Reads it.</summary>
    /// <exception cref="ModelFileException">It is missing or damaged, or asks for what the hub cannot do.</exception>
    public static AutoencoderKlConfig Read(string path)
    {
        var config = new ConfigReader(path);
        config.Only("act_fn", "\"silu\"");
        config.Only("latents_mean", "null");
        config.Only("latents_std", "null");
        config.Texts("down_block_types", "DownEncoderBlock2D");
        config.Texts("up_block_types", "UpDecoderBlock2D");
        return new AutoencoderKlConfig
        {
            PictureChannels = config.Integer("in_channels", 3),
            LatentChannels = config.Integer("latent_channels"),
            BlockChannels = config.Integers("block_out_channels"),
            LayersPerBlock = config.Integer("layers_per_block", 1),
            Groups = config.Integer("norm_num_groups", 32),
            MidAttention = config.Flag("mid_block_add_attention", true),
            QuantConv = config.Flag("use_quant_conv", true),
            PostQuantConv = config.Flag("use_post_quant_conv", true),
            ScalingFactor = config.Number("scaling_factor", 0.18215f),
            ShiftFactor = config.Number("shift_factor", 0),
            WideRange = config.Flag("force_upcast", true),
        };
    }

    /// <summary>
    /// The dialect, or float32 where its states leave the range of float16: those of SDXL's own autoencoder do. Many files of others say so too, since that
    /// is what the key means where it is absent; SDXL's is known by its scaling factor.
    /// </summary>
    internal GraphDialect Fitting(GraphDialect dialect) => WideRange && ScalingFactor == XlScalingFactor ? GraphDialect.Portable : dialect;

    /// <inheritdoc/>
    public WrittenGraph Decoder(WeightSet weights, GraphDialect? dialect = null) => AutoencoderKlGraphs.Decoder(this, weights, dialect);

    /// <inheritdoc/>
    public WrittenGraph Encoder(WeightSet weights, GraphDialect? dialect = null) => AutoencoderKlGraphs.Encoder(this, weights, dialect);
}

using DiffusionHub.Inference.Graphs.Dialects;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Graphs.Vae;

/// <summary>The <c>config.json</c> of an AutoencoderTiny (TAESD): a small substitute for the autoencoder of a Stable Diffusion model.</summary>
public sealed record AutoencoderTinyConfig : IAutoencoderConfig
{
    /// <inheritdoc/>
    public required int PictureChannels { get; init; }

    /// <inheritdoc/>
    public required int LatentChannels { get; init; }

    /// <summary>Channels and residual blocks of each resolution of the encoder, the full one first.</summary>
    public required IReadOnlyList<(int Channels, int Blocks)> EncoderLevels { get; init; }

    /// <summary>Channels and residual blocks of each resolution of the decoder, the lowest one first.</summary>
    public required IReadOnlyList<(int Channels, int Blocks)> DecoderLevels { get; init; }

    /// <inheritdoc/>
    public required float ScalingFactor { get; init; }

    /// <inheritdoc/>
    public required float ShiftFactor { get; init; }

    /// <inheritdoc/>
    public bool GivesDistribution => false;

    /// <inheritdoc/>
    public int Factor => 1 << (DecoderLevels.Count - 1);

    /// <summary>Reads it.</summary>
    /// <exception cref="ModelFileException">It is missing or damaged, or asks for what the hub cannot do.</exception>
    public static AutoencoderTinyConfig Read(string path)
    {
        var config = new ConfigReader(path);
        config.Only("act_fn", "\"relu\"");
        config.Only("upsample_fn", "\"nearest\"");
        config.Only("upsampling_scaling_factor", "2");
        config.Only("out_channels", $"{config.Integer("in_channels", 3)}");
        var (encoder, decoder) = (Levels("encoder", [1, 3, 3, 3]), Levels("decoder", [3, 3, 3, 1]));
        return new AutoencoderTinyConfig
        {
            PictureChannels = config.Integer("in_channels", 3),
            LatentChannels = config.Integer("latent_channels", 4),
            EncoderLevels = encoder,
            DecoderLevels = encoder.Count == decoder.Count
                ? decoder
                : throw ModelFileException.Of(GraphTexts.WrongCount, path, "num_decoder_blocks (beside num_encoder_blocks)", encoder.Count, decoder.Count),
            ScalingFactor = config.Number("scaling_factor", 1),
            ShiftFactor = config.Number("shift_factor", 0),
        };

        IReadOnlyList<(int Channels, int Blocks)> Levels(string part, int[] otherwise)
        {
            var blocks = List($"num_{part}_blocks", otherwise);
            var channels = List($"{part}_block_out_channels", [64, 64, 64, 64]);
            return blocks.Count == channels.Count
                ? [.. channels.Zip(blocks)]
                : throw ModelFileException.Of(GraphTexts.WrongCount, path, $"num_{part}_blocks (beside {part}_block_out_channels)", channels.Count, blocks.Count);
        }

        IReadOnlyList<int> List(string key, int[] otherwise) => config.Has(key) ? config.Integers(key) : otherwise;
    }

    /// <inheritdoc/>
    public WrittenGraph Decoder(WeightSet weights, GraphDialect? dialect = null) => AutoencoderTinyGraphs.Decoder(this, weights, dialect);

    /// <inheritdoc/>
    public WrittenGraph Encoder(WeightSet weights, GraphDialect? dialect = null) => AutoencoderTinyGraphs.Encoder(this, weights, dialect);
}

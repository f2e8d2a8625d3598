namespace DiffusionHub.Inference.Graphs.GuidedDiffusion;

/// <summary>How an encoder's last picture becomes numbers of classes.</summary>
public enum EncoderPool
{
    /// <summary>The mean over all pixels, then a layer.</summary>
    Adaptive,

    /// <summary>Attention of the mean to all pixels (Radford et al. 2021, section 2.3).</summary>
    Attention,

    /// <summary>The means of all blocks' pictures, then two layers.</summary>
    Spatial,
}

/// <summary>
/// The <c>config.json</c> of a classifier of noisy pictures: the way down of a UNet (Dhariwal and Nichol 2021, section 4), with the parameters
/// that guided-diffusion gives its EncoderUNetModel.
/// </summary>
public sealed record EncoderUnetConfig
{
    /// <summary>Side of the pictures (or latents) that it was trained on; it must be that with <see cref="EncoderPool.Attention"/>.</summary>
    public required int Side { get; init; }

    /// <summary>Channels of the input: 3 for pictures, a model's latent channels for latents.</summary>
    public required int InChannels { get; init; }

    /// <summary>Channels that the others are multiples of, and the length of the sinusoids.</summary>
    public required int ModelChannels { get; init; }

    /// <summary>Classes.</summary>
    public required int Classes { get; init; }

    /// <summary>Their names by number; empty where the config has none.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>Channels of each resolution, the full one first.</summary>
    public required IReadOnlyList<int> Channels { get; init; }

    /// <summary>Residual blocks a resolution.</summary>
    public required int LayersPerLevel { get; init; }

    /// <summary>Resolutions with attention, as what divides the full one: 8 is an eighth of the sides.</summary>
    public required IReadOnlyList<int> AttentionFactors { get; init; }

    /// <summary>Attention heads; null: as many as <see cref="HeadWidth"/> gives.</summary>
    public required int? Heads { get; init; }

    /// <summary>Channels of an attention head; null: <see cref="Heads"/> tells.</summary>
    public required int? HeadWidth { get; init; }

    /// <summary>Whether the noise level scales and shifts the normalisations; else it is added before them.</summary>
    public required bool AdaptiveNorm { get; init; }

    /// <summary>Whether residual blocks halve the size; else convolutions do.</summary>
    public required bool DownByResnet { get; init; }

    /// <summary>Whether a head's queries, keys and values lie beside each other, as in the first published models; else all queries come first.</summary>
    public required bool HeadsFirst { get; init; }

    /// <summary>How the last picture becomes numbers of classes.</summary>
    public required EncoderPool Pool { get; init; }

    /// <summary>What the lowest resolution's sides are divided by.</summary>
    public int Factor => 1 << (Channels.Count - 1);

    /// <summary>Reads it.</summary>
    /// <exception cref="ModelFileException">It is missing or damaged, or asks for what the hub cannot do.</exception>
    public static EncoderUnetConfig Read(string path)
    {
        var config = new ConfigReader(path);
        config.Only("_class_name", "\"EncoderUNetModel\"");
        config.Only("dims", "2");
        config.Only("conv_resample", "true");
        var width = config.Integer("model_channels");
        var classes = config.Integer("out_channels");
        var channels = config.Has("channel_mult") ? config.Numbers("channel_mult") : [1, 2, 4, 8];
        var pool = config.Text("pool", "adaptive", "adaptive", "attention", "spatial");
        var read = new EncoderUnetConfig
        {
            Side = config.Integer("image_size"),
            InChannels = config.Integer("in_channels"),
            ModelChannels = width,
            Classes = classes,
            ClassNames = config.Labels("id2label", classes),
            Channels = [.. channels.Select(factor => (int)(factor * width))],
            LayersPerLevel = config.Integer("num_res_blocks"),
            AttentionFactors = config.Integers("attention_resolutions"),
            HeadWidth = config.IntegerOrNull("num_head_channels"),
            Heads = config.IntegerOrNull("num_head_channels") is null ? config.Integer("num_heads", 1) : null,
            AdaptiveNorm = config.Flag("use_scale_shift_norm", false),
            DownByResnet = config.Flag("resblock_updown", false),
            HeadsFirst = !config.Flag("use_new_attention_order", false),
            Pool = pool == "attention" ? EncoderPool.Attention : pool == "spatial" ? EncoderPool.Spatial : EncoderPool.Adaptive,
        };
        Require(path, read);
        return read;
    }

    /// <summary>Attention heads at a width.</summary>
    internal int HeadsAt(long width) => Heads ?? (int)(width / HeadWidth!.Value);

    private static void Require(string path, EncoderUnetConfig config)
    {
        foreach (var width in config.Channels.Append(config.ModelChannels))
        {
            var heads = config.Heads ?? (config.HeadWidth is > 0 and var one && width % one == 0 ? width / one : 0);
            if (width == 0 || width % EncoderUnetBlocks.Groups != 0)
            {
                throw ModelFileException.Of(GraphTexts.Divide, path, "groups", EncoderUnetBlocks.Groups, "model_channels · channel_mult", width);
            }

            if (heads == 0 || width % heads != 0)
            {
                throw ModelFileException.Of(GraphTexts.Divide, path, "num_head_channels", config.HeadWidth ?? heads, "model_channels · channel_mult", width);
            }
        }

        if (config.Pool == EncoderPool.Attention && (config.HeadWidth is null || config.Side % config.Factor != 0))
        {
            throw ModelFileException.Of(GraphTexts.Divide, path, config.HeadWidth is null ? "num_head_channels" : "2^levels", config.HeadWidth ?? config.Factor, "image_size", config.Side);
        }
    }
}

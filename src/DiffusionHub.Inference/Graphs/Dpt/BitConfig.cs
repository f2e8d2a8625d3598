namespace DiffusionHub.Inference.Graphs.Dpt;

/// <summary>The <c>backbone_config</c> of a DPT hybrid: the first stages of a residual network with standardised weights (BiT, Kolesnikov et al. 2020).</summary>
public sealed record BitConfig
{
    /// <summary>Channels of the first convolution.</summary>
    public required int StemChannels { get; init; }

    /// <summary>Channels and residual blocks of each stage.</summary>
    public required IReadOnlyList<(int Channels, int Blocks)> Stages { get; init; }

    /// <summary>Groups of the normalisations.</summary>
    public required int Groups { get; init; }

    /// <exception cref="ModelFileException">It asks for what the hub cannot do.</exception>
    internal static BitConfig Read(string path, ConfigReader config)
    {
        config.Only("hidden_act", "\"relu\"");
        config.Only("layer_type", "\"bottleneck\"");
        config.Only("width_factor", "1");
        config.Only("output_stride", "32");
        config.Only("embedding_dynamic_padding", "true");
        config.Text("global_padding", "same", "same", "SAME");

        // The hybrid joins the first two stages' pictures to the transformer's, which begins at the third's.
        config.Only("out_features", "[\"stage1\", \"stage2\", \"stage3\"]");
        var blocks = config.Has("depths") ? config.Integers("depths") : [3, 4, 9];
        var channels = config.Has("hidden_sizes") ? config.Integers("hidden_sizes") : [256, 512, 1024, 2048];
        return new BitConfig
        {
            StemChannels = config.Integer("embedding_size", 64),
            Groups = config.Integer("num_groups", 32),
            Stages = blocks.Count == 3 && channels.Count >= 3
                ? [.. channels.Zip(blocks)]
                : throw ModelFileException.Of(GraphTexts.WrongCount, path, "depths", 3, blocks.Count),
        };
    }
}

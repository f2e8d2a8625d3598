namespace DiffusionHub.Inference.Graphs.Classifiers;

/// <summary>The <c>config.json</c> of a ResNetForImageClassification (He et al. 2016).</summary>
public sealed record ResNetConfig
{
    /// <summary>Channels of the first convolution.</summary>
    public required int StemChannels { get; init; }

    /// <summary>Channels and residual blocks of each stage.</summary>
    public required IReadOnlyList<(int Channels, int Blocks)> Stages { get; init; }

    /// <summary>Whether a block has three convolutions, the inner of which are narrower; else two.</summary>
    public required bool Bottleneck { get; init; }

    /// <summary>Whether the first stage halves the size, too.</summary>
    public required bool HalvesFirst { get; init; }

    /// <summary>Whether a bottleneck's first convolution halves the size; else its second does.</summary>
    public required bool HalvesInFirstConv { get; init; }

    /// <summary>Classes; 0 where it ends with its features.</summary>
    public required int Classes { get; init; }

    /// <summary>Their names by number.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>Reads it.</summary>
    /// <exception cref="ModelFileException">It is missing or damaged, or asks for what the hub cannot do.</exception>
    public static ResNetConfig Read(string path)
    {
        var config = new ConfigReader(path);
        config.Texts("architectures", "ResNetForImageClassification");
        return Read(path, config, config.Labels("id2label"));
    }

    /// <summary>Reads it from an object that has its members.</summary>
    internal static ResNetConfig Read(string path, ConfigReader config, IReadOnlyList<string> names)
    {
        config.Only("hidden_act", "\"relu\"");
        config.Only("num_channels", "3");
        var channels = config.Has("hidden_sizes") ? config.Integers("hidden_sizes") : [256, 512, 1024, 2048];
        var blocks = config.Has("depths") ? config.Integers("depths") : [3, 4, 6, 3];
        return new ResNetConfig
        {
            StemChannels = config.Integer("embedding_size", 64),
            Stages = channels.Count == blocks.Count
                ? [.. channels.Zip(blocks)]
                : throw ModelFileException.Of(GraphTexts.WrongCount, path, "depths (beside hidden_sizes)", channels.Count, blocks.Count),
            Bottleneck = config.Text("layer_type", "bottleneck", "bottleneck", "basic") == "bottleneck",
            HalvesFirst = config.Flag("downsample_in_first_stage", false),
            HalvesInFirstConv = config.Flag("downsample_in_bottleneck", false),
            Classes = names.Count,
            ClassNames = names,
        };
    }
}

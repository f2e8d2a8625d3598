namespace DiffusionHub.Inference.Graphs.Maps;

/// <summary>The <c>config.json</c> of a SpatialRescaler: how a map of classes becomes channels beside latents (Rombach et al. 2022, section 4.3.2).</summary>
public sealed record MapEncoderConfig
{
    /// <summary>Classes that a map may hold.</summary>
    public required int Classes { get; init; }

    /// <summary>Channels that come out.</summary>
    public required int OutChannels { get; init; }

    /// <summary>How often the sides are halved.</summary>
    public required int Stages { get; init; }

    /// <summary>Pixels of the map that a side of what comes out stands for.</summary>
    public int Factor => 1 << Stages;

    /// <summary>Reads it.</summary>
    /// <exception cref="ModelFileException">It is missing or damaged, or asks for what the hub cannot do.</exception>
    public static MapEncoderConfig Read(string path)
    {
        // A side that is halved more often than that is gone.
        const int mostStages = 8;
        const int greyLevels = 256;
        var config = new ConfigReader(path);
        config.Only("method", "\"bilinear\"");
        config.Only("multiplier", "0.5");
        config.Only("bias", "false");
        var (classes, stages) = (config.Integer("in_channels"), config.Integer("n_stages", 1));
        return new MapEncoderConfig
        {
            Classes = classes is > 0 and <= greyLevels ? classes : throw config.Unsupported("in_channels", $"{classes}", $"1..{greyLevels}"),
            OutChannels = config.Integer("out_channels"),
            Stages = stages <= mostStages ? stages : throw config.Unsupported("n_stages", $"{stages}", $"0..{mostStages}"),
        };
    }
}

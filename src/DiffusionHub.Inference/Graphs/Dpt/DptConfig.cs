namespace DiffusionHub.Inference.Graphs.Dpt;

/// <summary>What the token for the whole picture does to those of its patches.</summary>
public enum DptReadout
{
    /// <summary>A layer makes one of both.</summary>
    Project,

    /// <summary>It is added.</summary>
    Add,

    /// <summary>Nothing.</summary>
    Ignore,
}

/// <summary>Tokens of one layer as a picture.</summary>
/// <param name="Channels">Its channels.</param>
/// <param name="Scale">How many times as large it becomes: 4, 2, 1, or 0.5.</param>
public sealed record DptStage(int Channels, float Scale);

/// <summary>The <c>config.json</c> of a DPTForDepthEstimation (Ranftl et al. 2021): from a picture to its inverse depth.</summary>
public sealed record DptConfig
{
    /// <summary>Side of the pictures that it was trained on.</summary>
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

    /// <summary>Whether query, key and value have a bias.</summary>
    public required bool AttentionBias { get; init; }

    /// <summary>What the layer normalisations add to the variance.</summary>
    public required float Epsilon { get; init; }

    /// <summary>Layers whose tokens become pictures, the first one first; a hybrid has only the last two, and the convolutions' pictures before them.</summary>
    public required IReadOnlyList<int> OutLayers { get; init; }

    /// <summary>The pictures, the largest first.</summary>
    public required IReadOnlyList<DptStage> Stages { get; init; }

    /// <summary>What the token for the whole picture does.</summary>
    public required DptReadout Readout { get; init; }

    /// <summary>Channels where the pictures are put together.</summary>
    public required int FusionWidth { get; init; }

    /// <summary>Whether the residual units there have a bias.</summary>
    public required bool FusionBias { get; init; }

    /// <summary>The convolutions before the transformer in a hybrid; else null.</summary>
    public required BitConfig? Backbone { get; init; }

    /// <summary>Height or width of the depths of a picture of that height or width.</summary>
    public int DepthSide(int side)
    {
        // A hybrid's convolutions pad what does not divide; patches leave it out.
        var patches = Backbone is null ? side / Patch : (side + Patch - 1) / Patch;
        var scale = Stages[^1].Scale;
        var smallest = scale >= 1 ? patches * (int)scale : ((patches - 1) / (int)(1 / scale)) + 1;

        // Doubled where each picture joins, and at the end.
        return smallest << (Stages.Count + 1);
    }

    /// <summary>Reads it.</summary>
    /// <exception cref="ModelFileException">It is missing or damaged, or asks for what the hub cannot do.</exception>
    public static DptConfig Read(string path) => DptConfigReader.Read(path, new ConfigReader(path));
}

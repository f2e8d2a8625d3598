using DiffusionHub.Inference.Graphs.Unet;

namespace DiffusionHub.Inference.Graphs.PlainUnet;

/// <summary>One resolution of a UNet without text.</summary>
/// <param name="Channels">Channels.</param>
/// <param name="Heads">Attention heads.</param>
/// <param name="DownAttention">Whether attention follows the residual blocks on the way down.</param>
/// <param name="UpAttention">Whether it does on the way up.</param>
/// <param name="DownByResnet">Whether a residual block halves the size; else a convolution does.</param>
/// <param name="UpByResnet">Whether a residual block doubles it.</param>
public sealed record PlainUnetLevel(int Channels, int Heads, bool DownAttention, bool UpAttention, bool DownByResnet, bool UpByResnet);

/// <summary>The <c>config.json</c> of a UNet2DModel: the networks of DDPM (Ho et al. 2020), guided diffusion (Dhariwal and Nichol 2021) and latent diffusion without text.</summary>
public sealed record PlainUnetConfig
{
    /// <summary>Channels of the input.</summary>
    public required int InChannels { get; init; }

    /// <summary>Channels of the output.</summary>
    public required int OutChannels { get; init; }

    /// <summary>Height that it was trained on.</summary>
    public required int Height { get; init; }

    /// <summary>Width that it was trained on.</summary>
    public required int Width { get; init; }

    /// <summary>Resolutions, the full one first.</summary>
    public required IReadOnlyList<PlainUnetLevel> Levels { get; init; }

    /// <summary>Residual blocks a resolution on the way down; the way up has one more.</summary>
    public required int LayersPerBlock { get; init; }

    /// <summary>Whether there is a middle.</summary>
    public required bool Middle { get; init; }

    /// <summary>Whether the middle has attention.</summary>
    public required bool MiddleAttention { get; init; }

    /// <summary>Groups of the normalisation before the middle's attention; null where there is none.</summary>
    public required int? MiddleAttentionGroups { get; init; }

    /// <summary>Groups of the normalisations.</summary>
    public required int Groups { get; init; }

    /// <summary>What the normalisations add to the variance.</summary>
    public required float Epsilon { get; init; }

    /// <summary>Whether the embedding of the noise level scales and shifts the normalisations; else it is added before them.</summary>
    public required bool AdaptiveNorm { get; init; }

    /// <summary>Order of the sinusoids.</summary>
    public required bool CosineFirst { get; init; }

    /// <summary>What reduces the number of frequencies in their exponent.</summary>
    public required float FrequencyShift { get; init; }

    /// <summary>Whether downsampling pads all sides; else below and to the right.</summary>
    public required bool PadAllSides { get; init; }

    /// <summary>What kind of class it takes: none, a row of a table, a number, or a vector of <see cref="TimeWidth"/>.</summary>
    public required UnetClasses Classes { get; init; }

    /// <summary>Rows of the class table; 0 where there is none.</summary>
    public required int ClassCount { get; init; }

    /// <summary>Length of the embedding of the noise level.</summary>
    public int TimeWidth => 4 * Levels[0].Channels;

    /// <summary>What both sides of the input should be multiples of.</summary>
    public int Factor => 1 << (Levels.Count - 1);

    /// <summary>Reads it.</summary>
    /// <exception cref="ModelFileException">It is missing or damaged, or asks for what the hub cannot do.</exception>
    public static PlainUnetConfig Read(string path) => PlainUnetConfigReader.Read(path, new ConfigReader(path));
}

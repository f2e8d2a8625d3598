namespace DiffusionHub.Inference.Graphs.Unet;

/// <summary>One resolution of a UNet.</summary>
/// <param name="Channels">Channels.</param>
/// <param name="Layers">Residual blocks on the way down; the way up has one more.</param>
/// <param name="Heads">Attention heads.</param>
/// <param name="TransformerBlocks">Blocks of each transformer.</param>
/// <param name="DownAttention">Whether transformers follow the residual blocks on the way down.</param>
/// <param name="UpAttention">Whether they do on the way up.</param>
/// <param name="OnlyCrossAttention">Whether transformers look at the text in both attentions.</param>
public sealed record UnetLevel(int Channels, int Layers, int Heads, int TransformerBlocks, bool DownAttention, bool UpAttention, bool OnlyCrossAttention);

/// <summary>Vectors that join the embedding of the noise level, beside the text.</summary>
public enum UnetClasses
{
    /// <summary>None.</summary>
    None,

    /// <summary>A row of a table (x4 upscaler).</summary>
    Table,

    /// <summary>A number, embedded like the noise level.</summary>
    Timestep,

    /// <summary>A vector through two layers (unCLIP).</summary>
    Projection,

    /// <summary>A vector through one layer.</summary>
    SimpleProjection,

    /// <summary>A vector as it is.</summary>
    Identity,
}

/// <summary>The <c>config.json</c> of a UNet2DConditionModel: Stable Diffusion 1, 2, XL and their kin.</summary>
public sealed record UnetConfig
{
    /// <summary>Channels of the input.</summary>
    public required int InChannels { get; init; }

    /// <summary>Channels of the output.</summary>
    public required int OutChannels { get; init; }

    /// <summary>Side of the latents that it was trained on.</summary>
    public required int SampleSize { get; init; }

    /// <summary>Length of a text token's vector.</summary>
    public required int ContextWidth { get; init; }

    /// <summary>Resolutions, the full one first.</summary>
    public required IReadOnlyList<UnetLevel> Levels { get; init; }

    /// <summary>Whether the middle has a transformer and a second residual block; null where there is no middle.</summary>
    public required bool? MiddleAttention { get; init; }

    /// <summary>Whether the middle's transformer looks at the text in both attentions.</summary>
    public required bool MiddleOnlyCrossAttention { get; init; }

    /// <summary>Whether transformers are entered and left through linear layers; else through 1×1 convolutions.</summary>
    public required bool LinearProjection { get; init; }

    /// <summary>Groups of the normalisations.</summary>
    public required int Groups { get; init; }

    /// <summary>What the normalisations add to the variance.</summary>
    public required float Epsilon { get; init; }

    /// <summary>Order of the sinusoids.</summary>
    public required bool CosineFirst { get; init; }

    /// <summary>What reduces the number of frequencies in their exponent.</summary>
    public required float FrequencyShift { get; init; }

    /// <summary>Whether downsampling pads all sides; else below and to the right.</summary>
    public required bool PadAllSides { get; init; }

    /// <summary>Size of the first convolution.</summary>
    public required int InKernel { get; init; }

    /// <summary>Size of the last convolution.</summary>
    public required int OutKernel { get; init; }

    /// <summary>Length of the guidance embedding of a latent consistency model, or null.</summary>
    public required int? GuidanceWidth { get; init; }

    /// <summary>What kind of class it takes.</summary>
    public required UnetClasses Classes { get; init; }

    /// <summary>Rows of the class table, or length of a class vector.</summary>
    public required int ClassWidth { get; init; }

    /// <summary>Length of the sinusoids of each of SDXL's size numbers; null for models without them.</summary>
    public required int? SizeWidth { get; init; }

    /// <summary>Length of SDXL's pooled text and size vectors together.</summary>
    public required int AdditionWidth { get; init; }

    /// <summary>Whether attention needs the range of float32 (Stable Diffusion 2.1 for 768²).</summary>
    public bool ExactAttention { get; init; }

    /// <summary>Length of the embedding of the noise level.</summary>
    public int TimeWidth => 4 * Levels[0].Channels;

    /// <summary>Reads it.</summary>
    /// <exception cref="ModelFileException">It is missing or damaged, or asks for what the hub cannot do.</exception>
    public static UnetConfig Read(string path) => UnetConfigReader.Read(path, new ConfigReader(path));
}

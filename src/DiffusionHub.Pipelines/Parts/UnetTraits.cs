using DiffusionHub.Inference.Graphs.Unet;

namespace DiffusionHub.Pipelines.Parts;

/// <summary>What a pipeline must know of a UNet, however it is stored.</summary>
/// <param name="InChannels">Channels of its input: the latents', and those of a mask and a masked picture in inpainting models.</param>
/// <param name="OutChannels">Channels of its output.</param>
/// <param name="SampleSize">Side of the latents that it was trained on.</param>
internal sealed record UnetTraits(int InChannels, int OutChannels, int SampleSize)
{
    /// <summary>Length of a text token's vector; 0 where it knows no texts.</summary>
    public required int ContextWidth { get; init; }

    /// <summary>Length of the guidance embedding of a distilled model, or null.</summary>
    public int? GuidanceWidth { get; init; }

    /// <summary>The only size of latents that it takes; null where it takes any.</summary>
    public (int Height, int Width)? OnlySize { get; init; }

    /// <summary>The only number of text tokens that it takes; null where it takes any.</summary>
    public int? OnlyTokens { get; init; }

    /// <summary>Pixels or latents a side that its finest attention sees as one.</summary>
    public int AttentionFactor { get; init; } = 1;

    /// <summary>Classes that it can be told; 0 where it takes none.</summary>
    public int Classes { get; init; }

    /// <summary>Names of classes by number, where the model has them.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>Its config, where there is one: old exporters' folders have none.</summary>
    public UnetConfig? Config { get; init; }

    public static UnetTraits Of(UnetConfig config) => new(config.InChannels, config.OutChannels, config.SampleSize)
    {
        ContextWidth = config.ContextWidth,
        GuidanceWidth = config.GuidanceWidth,
        Config = config,
    };
}

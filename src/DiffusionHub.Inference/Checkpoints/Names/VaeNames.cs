using DiffusionHub.Inference.Graphs.Vae;

namespace DiffusionHub.Inference.Checkpoints.Names;

/// <summary>The parameters of an autoencoder in diffusers and in latent diffusion's original code, which numbers the decoder's resolutions from the full one on.</summary>
public static class VaeNames
{
    /// <summary>Names of a whole autoencoder.</summary>
    public static NameMap Of(AutoencoderKlConfig config) => Of(config.BlockChannels.Count, config.LayersPerBlock);

    /// <summary>Names of an autoencoder of <paramref name="levels"/> resolutions with <paramref name="layers"/> residual blocks each in the encoder.</summary>
    internal static NameMap Of(int levels, int layers) => new(
    [
        new("quant_conv", "quant_conv"),
        new("post_quant_conv", "post_quant_conv"),
        .. Ends("encoder"),
        .. Ends("decoder"),
        .. Enumerable.Range(0, levels).SelectMany(i => Level($"encoder.down_blocks.{i}", "downsamplers", layers, $"encoder.down.{i}", "downsample")),
        .. Enumerable.Range(0, levels).SelectMany(i => Level($"decoder.up_blocks.{levels - 1 - i}", "upsamplers", layers + 1, $"decoder.up.{i}", "upsample")),
    ]);

    private static IEnumerable<NamePair> Ends(string half) =>
    [
        new($"{half}.conv_in", $"{half}.conv_in"),
        new($"{half}.conv_norm_out", $"{half}.norm_out"),
        new($"{half}.conv_out", $"{half}.conv_out"),
        .. Resnet($"{half}.mid_block.resnets.0", $"{half}.mid.block_1"),
        .. Resnet($"{half}.mid_block.resnets.1", $"{half}.mid.block_2"),
        .. Attention($"{half}.mid_block.attentions.0", $"{half}.mid.attn_1"),
    ];

    private static IEnumerable<NamePair> Attention(string diffusers, string original) =>
    [
        new($"{diffusers}.group_norm", $"{original}.norm"),
        new($"{diffusers}.to_q", $"{original}.q"),
        new($"{diffusers}.to_k", $"{original}.k"),
        new($"{diffusers}.to_v", $"{original}.v"),
        new($"{diffusers}.to_out.0", $"{original}.proj_out"),
    ];

    private static IEnumerable<NamePair> Level(string diffusers, string resampling, int layers, string original, string originalResampling) =>
    [
        .. Enumerable.Range(0, layers).SelectMany(j => Resnet($"{diffusers}.resnets.{j}", $"{original}.block.{j}")),
        new($"{diffusers}.{resampling}.0", $"{original}.{originalResampling}"),
    ];

    private static NamePair[] Resnet(string diffusers, string original) =>
        [new(diffusers, original), new($"{diffusers}.conv_shortcut", $"{original}.nin_shortcut")];
}

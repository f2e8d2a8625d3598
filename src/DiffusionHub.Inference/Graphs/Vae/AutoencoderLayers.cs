using DiffusionHub.Inference.Graphs.Modules;

namespace DiffusionHub.Inference.Graphs.Vae;

/// <summary>The convolutions between pictures and latents (Rombach et al. 2022, appendix G), the same for continuous latents and codes.</summary>
/// <param name="BlockChannels">Channels of each resolution, the full one first.</param>
/// <param name="LayersPerBlock">Residual blocks a resolution on the way down; the way up has one more.</param>
/// <param name="Groups">Groups of the normalisations.</param>
/// <param name="MidAttention">Whether the lowest resolution has attention.</param>
internal sealed record AutoencoderLayers(IReadOnlyList<int> BlockChannels, int LayersPerBlock, int Groups, bool MidAttention)
{
    private readonly Norm norm = new(Groups, 1e-6f);

    /// <summary>From latents (B, C, h, w) to pictures (B, <paramref name="width"/>, H, W).</summary>
    public GraphValue Decode(Module m, GraphValue x, int width)
    {
        x = Middle(m["mid_block"], m["conv_in"].Conv(x, BlockChannels[^1]));
        for (var i = 0; i < BlockChannels.Count; i++)
        {
            var block = m["up_blocks", i];
            for (var j = 0; j <= LayersPerBlock; j++)
            {
                x = block["resnets", j].Resnet(x, null, BlockChannels[^(i + 1)], norm);
            }

            x = i < BlockChannels.Count - 1 ? block["upsamplers", 0].Upsample(x) : x;
        }

        return Out(m, x, width);
    }

    /// <summary>From pictures (B, 3, H, W) to <paramref name="width"/> features of each latent (B, width, h, w).</summary>
    public GraphValue Encode(Module m, GraphValue x, int width)
    {
        x = m["conv_in"].Conv(x, BlockChannels[0]);
        for (var i = 0; i < BlockChannels.Count; i++)
        {
            var block = m["down_blocks", i];
            for (var j = 0; j < LayersPerBlock; j++)
            {
                x = block["resnets", j].Resnet(x, null, BlockChannels[i], norm);
            }

            x = i < BlockChannels.Count - 1 ? block["downsamplers", 0].Downsample(x, padAllSides: false) : x;
        }

        return Out(m, Middle(m["mid_block"], x), width);
    }

    private GraphValue Out(Module m, GraphValue x, int width) => m["conv_out"].Conv(m["conv_norm_out"].GroupNorm(x, norm.Groups, norm.Epsilon, silu: true), width);

    private GraphValue Middle(Module m, GraphValue x)
    {
        x = m["resnets", 0].Resnet(x, null, x.Width, norm);
        x = MidAttention ? m["attentions", 0].AttendPixels(x, heads: 1, norm) : x;
        return m["resnets", 1].Resnet(x, null, x.Width, norm);
    }
}

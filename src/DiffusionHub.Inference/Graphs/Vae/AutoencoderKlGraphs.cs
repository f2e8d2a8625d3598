using DiffusionHub.Inference.Graphs.Modules;
using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Graphs.Vae;

/// <summary>The graphs of an AutoencoderKL.</summary>
public static class AutoencoderKlGraphs
{
    private const float Epsilon = 1e-6f;

    /// <summary>Graph from <c>latent_sample</c> (B, C, h, w) to <c>sample</c> (B, 3, H, W), −1..1.</summary>
    /// <exception cref="ModelFileException">The weights do not fit the config.</exception>
    public static WrittenGraph Decoder(AutoencoderKlConfig config, WeightSet weights)
    {
        var graph = new GraphBuilder($"{weights.Path} (decoder)", weights);
        var latents = graph.Input("latent_sample", OnnxType.Float, config.LatentChannels, "batch", config.LatentChannels, "height", "width");
        var x = config.PostQuantConv ? graph.Root["post_quant_conv"].Conv(latents, config.LatentChannels, kernel: 1) : latents;
        graph.Output("sample", Decode(graph.Root["decoder"], config, x), "batch", config.PictureChannels, "picture_height", "picture_width");
        return graph.Write();
    }

    /// <summary>Graph from <c>sample</c> (B, 3, H, W), −1..1, to <c>latent_parameters</c> (B, 2C, h, w): means, then logarithms of variances.</summary>
    /// <exception cref="ModelFileException">The weights do not fit the config.</exception>
    public static WrittenGraph Encoder(AutoencoderKlConfig config, WeightSet weights)
    {
        var graph = new GraphBuilder($"{weights.Path} (encoder)", weights);
        var pictures = graph.Input("sample", OnnxType.Float, config.PictureChannels, "batch", config.PictureChannels, "picture_height", "picture_width");
        var x = Encode(graph.Root["encoder"], config, pictures);
        x = config.QuantConv ? graph.Root["quant_conv"].Conv(x, x.Width, kernel: 1) : x;
        graph.Output("latent_parameters", x, "batch", x.Width, "height", "width");
        return graph.Write();
    }

    private static GraphValue Decode(Module m, AutoencoderKlConfig config, GraphValue x)
    {
        var norm = new Norm(config.Groups, Epsilon);
        x = Middle(m["mid_block"], config, m["conv_in"].Conv(x, config.BlockChannels[^1]));
        for (var i = 0; i < config.BlockChannels.Count; i++)
        {
            var block = m["up_blocks", i];
            for (var j = 0; j <= config.LayersPerBlock; j++)
            {
                x = block["resnets", j].Resnet(x, null, config.BlockChannels[^(i + 1)], norm);
            }

            x = i < config.BlockChannels.Count - 1 ? block["upsamplers", 0].Upsample(x) : x;
        }

        return m["conv_out"].Conv(m["conv_norm_out"].GroupNorm(x, config.Groups, Epsilon).Silu(), config.PictureChannels);
    }

    private static GraphValue Encode(Module m, AutoencoderKlConfig config, GraphValue x)
    {
        var norm = new Norm(config.Groups, Epsilon);
        x = m["conv_in"].Conv(x, config.BlockChannels[0]);
        for (var i = 0; i < config.BlockChannels.Count; i++)
        {
            var block = m["down_blocks", i];
            for (var j = 0; j < config.LayersPerBlock; j++)
            {
                x = block["resnets", j].Resnet(x, null, config.BlockChannels[i], norm);
            }

            x = i < config.BlockChannels.Count - 1 ? block["downsamplers", 0].Downsample(x, padAllSides: false) : x;
        }

        x = Middle(m["mid_block"], config, x);
        return m["conv_out"].Conv(m["conv_norm_out"].GroupNorm(x, config.Groups, Epsilon).Silu(), 2 * config.LatentChannels);
    }

    private static GraphValue Middle(Module m, AutoencoderKlConfig config, GraphValue x)
    {
        var norm = new Norm(config.Groups, Epsilon);
        x = m["resnets", 0].Resnet(x, null, x.Width, norm);
        if (config.MidAttention)
        {
            var tokens = m["attentions", 0]["group_norm"].GroupNorm(x, config.Groups, Epsilon).ToTokens();
            x += AttendPixels(m["attentions", 0], tokens).ToPicture(x);
        }

        return m["resnets", 1].Resnet(x, null, x.Width, norm);
    }

    // One head over all pixels. Files written before 2023 have other names for the same four layers.
    private static GraphValue AttendPixels(Module m, GraphValue x)
    {
        if (!m.Has("query.weight"))
        {
            return m.Attend(x, x, heads: 1, bias: true);
        }

        var mixed = Attention.DotProduct(m["query"].Linear(x, x.Width), m["key"].Linear(x, x.Width), m["value"].Linear(x, x.Width), heads: 1, causal: false);
        return m["proj_attn"].Linear(mixed, x.Width);
    }
}

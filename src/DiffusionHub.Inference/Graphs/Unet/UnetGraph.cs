using DiffusionHub.Inference.Graphs.Adapters;
using DiffusionHub.Inference.Graphs.Modules;
using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Weights;
using DiffusionHub.Inference.Weights.Adapters;

namespace DiffusionHub.Inference.Graphs.Unet;

/// <summary>The graph of a UNet2DConditionModel.</summary>
public static class UnetGraph
{
    /// <summary>
    /// Graph from <c>sample</c> (B, C, h, w), <c>timestep</c> (B) and <c>encoder_hidden_states</c> (B, N, D) to <c>out_sample</c> (B, C', h, w).
    /// As the config asks, also from <c>timestep_cond</c> (B, G), <c>class_labels</c> (B) or (B, K), <c>text_embeds</c> (B, P) and <c>time_ids</c> (B, I).
    /// Sides may be of any length.
    /// </summary>
    /// <exception cref="ModelFileException">The weights or an adapter do not fit the config.</exception>
    public static WrittenGraph Write(UnetConfig config, WeightSet weights, UnetGraphOptions? options = null)
    {
        options ??= new UnetGraphOptions();
        var graph = new GraphBuilder(weights.Path, weights, new AdapterLayers(weights.Path, options.Adapters, LoraPart.Unet, new LdmLayerNames(config).ToDiffusers));
        var m = graph.Root;
        var sample = graph.Input("sample", OnnxType.Float, config.InChannels, "batch", config.InChannels, "height", "width");
        var time = UnetConditions.Embedding(m, config);
        var context = graph.Input("encoder_hidden_states", OnnxType.Float, config.ContextWidth, "batch", "tokens", config.ContextWidth);

        var skips = new Stack<GraphValue>();
        var x = m["conv_in"].Conv(sample, config.Levels[0].Channels, config.InKernel);
        x = Down(m, config, x, time, context, skips);
        x = config.MiddleAttention is { } attention ? Middle(m["mid_block"], config, x, time, context, attention) : x;
        x = Up(m, config, x, time, context, skips);
        x = m["conv_out"].Conv(m["conv_norm_out"].GroupNorm(x, config.Groups, config.Epsilon).Silu(), config.OutChannels, config.OutKernel);
        graph.Output("out_sample", x, "batch", config.OutChannels, "height", "width");
        return graph.Write();
    }

    private static GraphValue Down(Module m, UnetConfig config, GraphValue x, GraphValue time, GraphValue context, Stack<GraphValue> skips)
    {
        skips.Push(x);
        for (var i = 0; i < config.Levels.Count; i++)
        {
            var (block, level) = (m["down_blocks", i], config.Levels[i]);
            for (var j = 0; j < level.Layers; j++)
            {
                x = block["resnets", j].Resnet(x, time, level.Channels, Norm(config));
                x = level.DownAttention ? block["attentions", j].Transform(x, context, Transformers(config, level)) : x;
                skips.Push(x);
            }

            if (i < config.Levels.Count - 1)
            {
                x = block["downsamplers", 0].Downsample(x, config.PadAllSides);
                skips.Push(x);
            }
        }

        return x;
    }

    private static GraphValue Middle(Module m, UnetConfig config, GraphValue x, GraphValue time, GraphValue context, bool attention)
    {
        x = m["resnets", 0].Resnet(x, time, x.Width, Norm(config));
        if (!attention)
        {
            return x;
        }

        var options = Transformers(config, config.Levels[^1]) with { OnlyCrossAttention = config.MiddleOnlyCrossAttention };
        return m["resnets", 1].Resnet(m["attentions", 0].Transform(x, context, options), time, x.Width, Norm(config));
    }

    private static GraphValue Up(Module m, UnetConfig config, GraphValue x, GraphValue time, GraphValue context, Stack<GraphValue> skips)
    {
        for (var i = 0; i < config.Levels.Count; i++)
        {
            var (block, level) = (m["up_blocks", i], config.Levels[^(i + 1)]);
            for (var j = 0; j <= level.Layers; j++)
            {
                x = block["resnets", j].Resnet(x.Concat(skips.Pop(), 1), time, level.Channels, Norm(config));
                x = level.UpAttention ? block["attentions", j].Transform(x, context, Transformers(config, level)) : x;
            }

            x = i < config.Levels.Count - 1 ? block["upsamplers", 0].Upsample(x, skips.Peek()) : x;
        }

        return x;
    }

    private static Norm Norm(UnetConfig config) => new(config.Groups, config.Epsilon);

    private static TransformerOptions Transformers(UnetConfig config, UnetLevel level) =>
        new(level.TransformerBlocks, level.Heads, config.LinearProjection, level.OnlyCrossAttention, config.Groups);
}

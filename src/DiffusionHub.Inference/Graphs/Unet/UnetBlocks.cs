using DiffusionHub.Inference.Graphs.Modules;

namespace DiffusionHub.Inference.Graphs.Unet;

/// <summary>The blocks of a UNet; a ControlNet is the way down and the middle of one.</summary>
/// <param name="m">The module.</param>
/// <param name="config">Its set-up.</param>
/// <param name="time">The activated embedding of the noise level and of all other conditions, (B, 4C).</param>
/// <param name="context">Text, (B, N, D).</param>
internal sealed class UnetBlocks(Module m, UnetConfig config, GraphValue time, GraphValue context)
{
    private readonly Norm norm = new(config.Groups, config.Epsilon);

    /// <summary>The way down. What its blocks gave, the input first, is what the way up gets again, the last first.</summary>
    public List<GraphValue> Down(ref GraphValue x)
    {
        List<GraphValue> skips = [x];
        for (var i = 0; i < config.Levels.Count; i++)
        {
            var (block, level) = (m["down_blocks", i], config.Levels[i]);
            for (var j = 0; j < level.Layers; j++)
            {
                x = block["resnets", j].Resnet(x, time, level.Channels, norm);
                x = level.DownAttention ? block["attentions", j].Transform(x, context, Transformers(level)) : x;
                skips.Add(x);
            }

            if (i < config.Levels.Count - 1)
            {
                x = block["downsamplers", 0].Downsample(x, config.PadAllSides);
                skips.Add(x);
            }
        }

        return skips;
    }

    /// <summary>The lowest resolution.</summary>
    public GraphValue Middle(GraphValue x)
    {
        if (config.MiddleAttention is not { } attention)
        {
            return x;
        }

        var middle = m["mid_block"];
        x = middle["resnets", 0].Resnet(x, time, x.Width, norm);
        if (!attention)
        {
            return x;
        }

        var options = Transformers(config.Levels[^1]) with { OnlyCrossAttention = config.MiddleOnlyCrossAttention };
        return middle["resnets", 1].Resnet(middle["attentions", 0].Transform(x, context, options), time, x.Width, norm);
    }

    /// <summary>The way up; <paramref name="skips"/> are what the way down gave.</summary>
    public GraphValue Up(GraphValue x, Stack<GraphValue> skips)
    {
        for (var i = 0; i < config.Levels.Count; i++)
        {
            var (block, level) = (m["up_blocks", i], config.Levels[^(i + 1)]);
            for (var j = 0; j <= level.Layers; j++)
            {
                x = block["resnets", j].Resnet(x.Concat(skips.Pop(), 1), time, level.Channels, norm);
                x = level.UpAttention ? block["attentions", j].Transform(x, context, Transformers(level)) : x;
            }

            x = i < config.Levels.Count - 1 ? block["upsamplers", 0].Upsample(x, skips.Peek()) : x;
        }

        return x;
    }

    private TransformerOptions Transformers(UnetLevel level) =>
        new(level.TransformerBlocks, level.Heads, config.LinearProjection, level.OnlyCrossAttention, config.Groups, config.ExactAttention);
}

using DiffusionHub.Inference.Graphs.Modules;

namespace DiffusionHub.Inference.Graphs.PlainUnet;

/// <summary>The blocks of a UNet without text.</summary>
/// <param name="m">The module.</param>
/// <param name="config">Its set-up.</param>
/// <param name="time">The activated embedding of the noise level and the class, (B, 4C).</param>
internal sealed class PlainUnetBlocks(Module m, PlainUnetConfig config, GraphValue time)
{
    private readonly Norm norm = new(config.Groups, config.Epsilon, config.AdaptiveNorm);

    /// <summary>The way down. What its blocks gave, the input first, is what the way up gets again, the last first.</summary>
    public List<GraphValue> Down(ref GraphValue x)
    {
        List<GraphValue> skips = [x];
        for (var i = 0; i < config.Levels.Count; i++)
        {
            var (block, level) = (m["down_blocks", i], config.Levels[i]);
            for (var j = 0; j < config.LayersPerBlock; j++)
            {
                x = block["resnets", j].Resnet(x, time, level.Channels, norm);
                x = level.DownAttention ? block["attentions", j].AttendPixels(x, level.Heads, norm) : x;
                skips.Add(x);
            }

            if (i < config.Levels.Count - 1)
            {
                var sampler = block["downsamplers", 0];
                x = level.DownByResnet ? sampler.Resnet(x, time, x.Width, norm, Resampling.Halved) : sampler.Downsample(x, config.PadAllSides);
                skips.Add(x);
            }
        }

        return skips;
    }

    /// <summary>The lowest resolution.</summary>
    public GraphValue Middle(GraphValue x)
    {
        if (!config.Middle)
        {
            return x;
        }

        var middle = m["mid_block"];
        x = middle["resnets", 0].Resnet(x, time, x.Width, norm);
        var before = config.MiddleAttentionGroups is { } groups ? norm with { Groups = groups } : null;
        x = config.MiddleAttention ? middle["attentions", 0].AttendPixels(x, config.Levels[^1].Heads, before) : x;
        return middle["resnets", 1].Resnet(x, time, x.Width, norm);
    }

    /// <summary>The way up; <paramref name="skips"/> are what the way down gave.</summary>
    public GraphValue Up(GraphValue x, Stack<GraphValue> skips)
    {
        for (var i = 0; i < config.Levels.Count; i++)
        {
            var (block, level) = (m["up_blocks", i], config.Levels[^(i + 1)]);
            for (var j = 0; j <= config.LayersPerBlock; j++)
            {
                x = block["resnets", j].Resnet(x.Concat(skips.Pop(), 1), time, level.Channels, norm);
                x = level.UpAttention ? block["attentions", j].AttendPixels(x, level.Heads, norm) : x;
            }

            if (i < config.Levels.Count - 1)
            {
                var (sampler, like) = (block["upsamplers", 0], skips.Peek());
                x = level.UpByResnet ? sampler.Resnet(x, time, x.Width, norm, h => h.DoubledTo(like)) : sampler.Upsample(x, like);
            }
        }

        return x;
    }
}

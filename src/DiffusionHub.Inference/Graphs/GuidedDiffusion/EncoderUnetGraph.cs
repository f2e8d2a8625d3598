using DiffusionHub.Inference.Graphs.Modules;
using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Graphs.GuidedDiffusion;

/// <summary>The graph of a classifier of noisy pictures.</summary>
public static class EncoderUnetGraph
{
    // Inner width of the head that looks at all blocks.
    private const long SpatialWidth = 2048;

    /// <summary>
    /// Graph from <c>sample</c> (B, C, h, w), <c>timestep</c> (B) and <c>target</c> (B, K), a one in the place of the wanted class, to
    /// <c>logits</c> (B, K) and <c>loss</c> (B, 1), which is −log p(target | sample, timestep).
    /// </summary>
    /// <exception cref="ModelFileException">The weights do not fit the config.</exception>
    public static WrittenGraph Write(EncoderUnetConfig config, WeightSet weights)
    {
        var graph = new GraphBuilder(weights.Path, weights);
        var m = graph.Root;
        var x = graph.Input("sample", OnnxType.Float, config.InChannels, "batch", config.InChannels, "height", "width");
        var time = Time(m, config, graph.Input("timestep", OnnxType.Float, 1, "batch")).Silu();
        graph.Classify(Head(m, config, Pictures(m, config, x, time)), config.Classes);
        return graph.Write();
    }

    private static GraphValue Time(Module m, EncoderUnetConfig config, GraphValue timesteps)
    {
        var width = 4 * config.ModelChannels;
        var sinusoids = timesteps.Sinusoids(config.ModelChannels, cosineFirst: true, shift: 0);
        return m["time_embed", 2].Linear(m["time_embed", 0].Linear(sinusoids, width).Silu(), width);
    }

    // What each block gives, the middle last.
    private static List<GraphValue> Pictures(Module m, EncoderUnetConfig config, GraphValue x, GraphValue time)
    {
        List<GraphValue> pictures = [m["input_blocks", 0]["0"].Conv(x, config.Channels[0])];
        for (var level = 0; level < config.Channels.Count; level++)
        {
            for (var i = 0; i < config.LayersPerLevel; i++)
            {
                var block = Next();
                var h = block["0"].GuidedResnet(pictures[^1], time, config.Channels[level], config.AdaptiveNorm, halves: false);
                pictures.Add(config.AttentionFactors.Contains(1 << level) ? block["1"].GuidedAttention(h, config.HeadsAt(h.Width), config.HeadsFirst) : h);
            }

            if (level < config.Channels.Count - 1)
            {
                var (block, last) = (Next()["0"], pictures[^1]);
                pictures.Add(config.DownByResnet ? block.GuidedResnet(last, time, last.Width, config.AdaptiveNorm, halves: true) : block["op"].Conv(last, last.Width, 3, 2));
            }
        }

        var middle = m["middle_block", 0].GuidedResnet(pictures[^1], time, pictures[^1].Width, config.AdaptiveNorm, halves: false);
        middle = m["middle_block", 1].GuidedAttention(middle, config.HeadsAt(middle.Width), config.HeadsFirst);
        pictures.Add(m["middle_block", 2].GuidedResnet(middle, time, middle.Width, config.AdaptiveNorm, halves: false));
        return pictures;

        Module Next() => m["input_blocks", pictures.Count];
    }

    private static GraphValue Head(Module m, EncoderUnetConfig config, List<GraphValue> pictures)
    {
        var last = pictures[^1];
        switch (config.Pool)
        {
            case EncoderPool.Spatial:
                var means = pictures.Select(Mean).Aggregate((all, mean) => all.Concat(mean, -1));
                return m["out", 2].Linear(m["out", 0].Linear(means, SpatialWidth).Of("Relu"), config.Classes);
            case EncoderPool.Attention:
                return Attended(m["out", 2], config, m["out", 0].Norm(last).Silu());
            default:
                return m["out", 3].Layer(Mean(m["out", 0].Norm(last).Silu()), config.Classes, sides: 2);
        }
    }

    private static GraphValue Attended(Module m, EncoderUnetConfig config, GraphValue x)
    {
        var (graph, side) = (m.Graph, (long)(config.Side / config.Factor));
        var tokens = x.ToTokens();
        var mean = graph.Node("ReduceMean", x.Width, [tokens.Name, graph.Constant(-2L)]);
        var all = graph.Node("Concat", x.Width, [mean.Name, tokens.Name], new OnnxAttribute("axis", 1L));
        var positions = graph.Node("Transpose", x.Width, [m.Weight("positional_embedding", x.Width, (side * side) + 1)], new OnnxAttribute("perm", new long[] { 1, 0 }));
        var mixed = EncoderUnetBlocks.Attend(m["qkv_proj"].Layer(all + positions, 3 * x.Width), (int)(x.Width / config.HeadWidth!.Value), headsFirst: false);
        return m["c_proj"].Layer(mixed.FirstToken(), config.Classes);
    }

    // (B, C, H, W) to (B, C).
    private static GraphValue Mean(GraphValue x) => x.Of("GlobalAveragePool").Reshape(x.Width, x.Graph.Constant(0, x.Width));
}

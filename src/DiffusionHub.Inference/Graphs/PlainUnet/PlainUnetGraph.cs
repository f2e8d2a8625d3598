using DiffusionHub.Inference.Graphs.Modules;
using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Graphs.PlainUnet;

/// <summary>The graph of a UNet2DModel.</summary>
public static class PlainUnetGraph
{
    /// <summary>
    /// Graph from <c>sample</c> (B, C, h, w) and <c>timestep</c> (B) to <c>out_sample</c> (B, C', h, w). As the config asks, also from
    /// <c>class_labels</c>: numbers of classes (B), 64-bit integers; numbers (B); or vectors (B, 4C).
    /// </summary>
    /// <exception cref="ModelFileException">The weights do not fit the config.</exception>
    public static WrittenGraph Write(PlainUnetConfig config, WeightSet weights)
    {
        var graph = new GraphBuilder(weights.Path, weights);
        var m = graph.Root;
        var sample = graph.Input("sample", OnnxType.Float, config.InChannels, "batch", config.InChannels, "height", "width");
        var blocks = new PlainUnetBlocks(m, config, Embedding(m, config).Silu());
        var x = m["conv_in"].Conv(sample, config.Levels[0].Channels);
        var skips = blocks.Down(ref x);
        x = blocks.Up(blocks.Middle(x), new Stack<GraphValue>(skips));
        x = m["conv_out"].Conv(m["conv_norm_out"].GroupNorm(x, config.Groups, config.Epsilon).Silu(), config.OutChannels);
        graph.Output("out_sample", x, "batch", config.OutChannels, "height", "width");
        return graph.Write();
    }

    private static GraphValue Embedding(Module m, PlainUnetConfig config)
    {
        const string labels = "class_labels";
        var (graph, own) = (m.Graph, m["class_embedding"]);
        var embedding = m["time_embedding"].Embed(Sinusoids(graph.Input("timestep", OnnxType.Float, 1, "batch")), config.TimeWidth);
        return config.Classes switch
        {
            UnetClasses.Table => embedding + own.Embedding(graph.Input(labels, OnnxType.Int64, 0, "batch").Name, config.ClassCount, config.TimeWidth),
            UnetClasses.Timestep => embedding + own.Embed(Sinusoids(graph.Input(labels, OnnxType.Float, 1, "batch")), config.TimeWidth),
            UnetClasses.Identity => embedding + graph.Input(labels, OnnxType.Float, config.TimeWidth, "batch", config.TimeWidth),
            _ => embedding,
        };

        GraphValue Sinusoids(GraphValue numbers) => numbers.Sinusoids(config.Levels[0].Channels, config.CosineFirst, config.FrequencyShift);
    }
}

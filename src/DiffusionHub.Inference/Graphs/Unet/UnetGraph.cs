using DiffusionHub.Inference.Checkpoints.Names;
using DiffusionHub.Inference.Graphs.Adapters;
using DiffusionHub.Inference.Graphs.Dialects;
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
    /// With control inputs also from what a <see cref="ControlNet.ControlNetGraph"/> gives: <c>down_block_additional_residuals.{i}</c> and
    /// <c>mid_block_additional_residual</c>. Sides may be of any length.
    /// </summary>
    /// <exception cref="ModelFileException">The weights or an adapter do not fit the config.</exception>
    public static WrittenGraph Write(UnetConfig config, WeightSet weights, UnetGraphOptions? options = null)
    {
        options ??= new UnetGraphOptions();
        var graph = new GraphBuilder(weights.Path, weights, new AdapterLayers(weights.Path, options.Adapters, LoraPart.Unet, UnetNames.Of(config).Original), options.Dialect ?? GraphDialect.OfProcess);
        var m = graph.Root;
        var sample = graph.Input("sample", OnnxType.Float, config.InChannels, "batch", config.InChannels, "height", "width");
        var time = UnetConditions.Embedding(m, config);
        var context = graph.Input("encoder_hidden_states", OnnxType.Float, config.ContextWidth, "batch", "tokens", config.ContextWidth);

        var blocks = new UnetBlocks(m, config, time, context);
        var x = m["conv_in"].Conv(sample, config.Levels[0].Channels, config.InKernel);
        var skips = blocks.Down(ref x);
        x = blocks.Middle(x);
        if (options.ControlInputs)
        {
            skips = [.. skips.Select((skip, i) => skip + Residual(graph, $"down_block_additional_residuals.{i}", skip, $".{i}"))];
            x += Residual(graph, "mid_block_additional_residual", x, "");
        }

        x = blocks.Up(x, new Stack<GraphValue>(skips));
        x = m["conv_out"].Conv(m["conv_norm_out"].GroupNorm(x, config.Groups, config.Epsilon, silu: true), config.OutChannels, config.OutKernel);
        graph.Output("out_sample", x, "batch", config.OutChannels, "height", "width");
        return graph.Write();
    }

    // What a ControlNet adds: of the shape of what it is added to.
    private static GraphValue Residual(GraphBuilder graph, string name, GraphValue to, string at) =>
        graph.Input(name, OnnxType.Float, to.Width, "batch", to.Width, $"height{at}", $"width{at}");
}

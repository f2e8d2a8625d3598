using DiffusionHub.Inference.Graphs.Dialects;
using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Graphs.ControlNet;

/// <summary>The graph of a ControlNetModel (Zhang et al. 2023).</summary>
public static class ControlNetGraph
{
    /// <summary>
    /// Graph from <c>sample</c> (B, C, h, w), <c>timestep</c> (B), <c>encoder_hidden_states</c> (B, N, D), <c>controlnet_cond</c> (B, 3, H, W), 0..1,
    /// <c>conditioning_scale</c> (1) and the other conditions of the UNet, as the config asks, to what is added in the UNet, times the scale:
    /// <c>down_block_res_samples.{i}</c> and <c>mid_block_res_sample</c>.
    /// </summary>
    /// <exception cref="ModelFileException">The weights do not fit the config.</exception>
    public static WrittenGraph Write(ControlNetConfig config, WeightSet weights)
    {
        var graph = new GraphBuilder(weights.Path, weights, dialect: GraphDialect.OfProcess);
        var (m, unet) = (graph.Root, config.Unet);
        var sample = graph.Input("sample", OnnxType.Float, unet.InChannels, "batch", unet.InChannels, "height", "width");
        var time = UnetConditions.Embedding(m, unet);
        var context = graph.Input("encoder_hidden_states", OnnxType.Float, unet.ContextWidth, "batch", "tokens", unet.ContextWidth);
        var picture = graph.Input("controlnet_cond", OnnxType.Float, config.PictureChannels, "batch", config.PictureChannels, "picture_height", "picture_width");
        var scale = graph.Input("conditioning_scale", OnnxType.Float, 1, 1);

        var blocks = new UnetBlocks(m, unet, time, context);
        var x = m["conv_in"].Conv(sample, unet.Levels[0].Channels, unet.InKernel) + Picture(m["controlnet_cond_embedding"], config, picture);
        var skips = blocks.Down(ref x);
        for (var i = 0; i < skips.Count; i++)
        {
            Output($"down_block_res_samples.{i}", m["controlnet_down_blocks", i], skips[i], $".{i}");
        }

        Output("mid_block_res_sample", m["controlnet_mid_block"], blocks.Middle(x), "");
        return graph.Write();

        void Output(string name, Module layer, GraphValue value, string at) =>
            graph.Output(name, layer.Conv(value, value.Width, kernel: 1) * scale, "batch", value.Width, $"height{at}", $"width{at}");
    }

    // From the picture's size to that of the latents.
    private static GraphValue Picture(Module m, ControlNetConfig config, GraphValue picture)
    {
        picture = config.BlueFirst ? Reversed(picture) : picture;
        var x = m["conv_in"].Conv(picture, config.PictureWidths[0]).Silu();
        for (var i = 0; i < config.PictureWidths.Count - 1; i++)
        {
            x = m["blocks", 2 * i].Conv(x, x.Width).Silu();
            x = m["blocks", (2 * i) + 1].Conv(x, config.PictureWidths[i + 1], 3, 2).Silu();
        }

        return m["conv_out"].Conv(x, config.Unet.Levels[0].Channels);
    }

    private static GraphValue Reversed(GraphValue picture)
    {
        long[] order = [.. Enumerable.Range(1, (int)picture.Width).Select(i => picture.Width - i)];
        return picture.Graph.Node("Gather", picture.Width, [picture.Name, picture.Graph.Constant(order)], new OnnxAttribute("axis", 1L));
    }
}

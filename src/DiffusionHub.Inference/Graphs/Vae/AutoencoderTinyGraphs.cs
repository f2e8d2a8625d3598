using DiffusionHub.Inference.Graphs.Dialects;
using DiffusionHub.Inference.Graphs.Modules;
using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Graphs.Vae;

/// <summary>The graphs of an AutoencoderTiny. Its layers are numbered in one line, activations and upsampling included.</summary>
public static class AutoencoderTinyGraphs
{
    // Latents beyond it are squeezed together before decoding.
    private const float Magnitude = 3;

    /// <summary>Graph from <c>latent_sample</c> (B, C, h, w) to <c>sample</c> (B, 3, H, W), −1..1.</summary>
    /// <param name="config">Its set-up.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="dialect">What it is written for; null: this process's device and precision.</param>
    /// <exception cref="ModelFileException">The weights do not fit the config.</exception>
    public static WrittenGraph Decoder(AutoencoderTinyConfig config, WeightSet weights, GraphDialect? dialect = null)
    {
        var graph = new GraphBuilder($"{weights.Path} (decoder)", weights, dialect: dialect ?? GraphDialect.OfProcess);
        var m = graph.Root["decoder"];
        var latents = graph.Input("latent_sample", OnnxType.Float, config.LatentChannels, "batch", config.LatentChannels, "height", "width");
        var x = (latents * graph.Constant([1 / Magnitude])).Of("Tanh") * graph.Constant([Magnitude]);
        x = m["layers", 0].Conv(x, config.DecoderLevels[0].Channels).Of("Relu");
        var layer = 2;
        for (var i = 0; i < config.DecoderLevels.Count; i++)
        {
            x = Blocks(m, x, config.DecoderLevels[i].Blocks, ref layer);
            if (i < config.DecoderLevels.Count - 1)
            {
                layer++;
                x = m["layers", layer++].Conv(x.Doubled(), config.DecoderLevels[i].Channels, bias: false);
            }
        }

        x = (m["layers", layer].Conv(x, config.PictureChannels) * graph.Constant([2f])) + graph.Constant([-1f]);
        graph.Output("sample", x, "batch", config.PictureChannels, "picture_height", "picture_width");
        return graph.Write();
    }

    /// <summary>Graph from <c>sample</c> (B, 3, H, W), −1..1, to <c>latents</c> (B, C, h, w).</summary>
    /// <param name="config">Its set-up.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="dialect">What it is written for; null: this process's device and precision.</param>
    /// <exception cref="ModelFileException">The weights do not fit the config.</exception>
    public static WrittenGraph Encoder(AutoencoderTinyConfig config, WeightSet weights, GraphDialect? dialect = null)
    {
        var graph = new GraphBuilder($"{weights.Path} (encoder)", weights, dialect: dialect ?? GraphDialect.OfProcess);
        var m = graph.Root["encoder"];
        var pictures = graph.Input("sample", OnnxType.Float, config.PictureChannels, "batch", config.PictureChannels, "picture_height", "picture_width");
        var x = (pictures + graph.Constant([1f])) * graph.Constant([0.5f]);
        var layer = 0;
        for (var i = 0; i < config.EncoderLevels.Count; i++)
        {
            var (channels, blocks) = config.EncoderLevels[i];
            x = i == 0 ? m["layers", layer++].Conv(x, channels) : m["layers", layer++].Conv(x, channels, stride: 2, bias: false);
            x = Blocks(m, x, blocks, ref layer);
        }

        graph.Output("latents", m["layers", layer].Conv(x, config.LatentChannels), "batch", config.LatentChannels, "height", "width");
        return graph.Write();
    }

    private static GraphValue Blocks(Module m, GraphValue x, int count, ref int layer)
    {
        for (var i = 0; i < count; i++)
        {
            var block = m["layers", layer++];
            var h = block["conv", 0].Conv(x, x.Width).Of("Relu");
            h = block["conv", 2].Conv(h, x.Width).Of("Relu");
            x = (block["conv", 4].Conv(h, x.Width) + x).Of("Relu");
        }

        return x;
    }
}

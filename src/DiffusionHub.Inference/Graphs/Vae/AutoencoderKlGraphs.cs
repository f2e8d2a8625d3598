using DiffusionHub.Inference.Graphs.Dialects;
using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Graphs.Vae;

/// <summary>The graphs of an AutoencoderKL.</summary>
public static class AutoencoderKlGraphs
{
    /// <summary>Graph from <c>latent_sample</c> (B, C, h, w) to <c>sample</c> (B, 3, H, W), −1..1.</summary>
    /// <param name="config">Its set-up.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="dialect">What it is written for; null: this process's device and precision.</param>
    /// <exception cref="ModelFileException">The weights do not fit the config.</exception>
    public static WrittenGraph Decoder(AutoencoderKlConfig config, WeightSet weights, GraphDialect? dialect = null)
    {
        var graph = new GraphBuilder($"{weights.Path} (decoder)", weights, dialect: config.Fitting(dialect ?? GraphDialect.OfProcess));
        var latents = graph.Input("latent_sample", OnnxType.Float, config.LatentChannels, "batch", config.LatentChannels, "height", "width");
        var x = config.PostQuantConv ? graph.Root["post_quant_conv"].Conv(latents, config.LatentChannels, kernel: 1) : latents;
        x = config.Layers.Decode(graph.Root["decoder"], x, config.PictureChannels);
        graph.Output("sample", x, "batch", config.PictureChannels, "picture_height", "picture_width");
        return graph.Write();
    }

    /// <summary>Graph from <c>sample</c> (B, 3, H, W), −1..1, to <c>latent_parameters</c> (B, 2C, h, w): means, then logarithms of variances.</summary>
    /// <param name="config">Its set-up.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="dialect">What it is written for; null: this process's device and precision.</param>
    /// <exception cref="ModelFileException">The weights do not fit the config.</exception>
    public static WrittenGraph Encoder(AutoencoderKlConfig config, WeightSet weights, GraphDialect? dialect = null)
    {
        var graph = new GraphBuilder($"{weights.Path} (encoder)", weights, dialect: config.Fitting(dialect ?? GraphDialect.OfProcess));
        var pictures = graph.Input("sample", OnnxType.Float, config.PictureChannels, "batch", config.PictureChannels, "picture_height", "picture_width");
        var x = config.Layers.Encode(graph.Root["encoder"], pictures, 2 * config.LatentChannels);
        x = config.QuantConv ? graph.Root["quant_conv"].Conv(x, x.Width, kernel: 1) : x;
        graph.Output("latent_parameters", x, "batch", x.Width, "height", "width");
        return graph.Write();
    }
}

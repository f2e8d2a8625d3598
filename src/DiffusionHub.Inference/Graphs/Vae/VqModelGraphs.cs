using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Graphs.Vae;

/// <summary>The graphs of a VQModel.</summary>
public static class VqModelGraphs
{
    /// <summary>
    /// Graph from <c>latent_sample</c> (B, C, h, w) to <c>sample</c> (B, 3, H, W), −1..1. Every latent becomes the code nearest to it first, as the
    /// pipelines of latent diffusion decode.
    /// </summary>
    /// <exception cref="ModelFileException">The weights do not fit the config.</exception>
    public static WrittenGraph Decoder(VqModelConfig config, WeightSet weights)
    {
        var graph = new GraphBuilder($"{weights.Path} (decoder)", weights);
        var latents = graph.Input("latent_sample", OnnxType.Float, config.LatentChannels, "batch", config.LatentChannels, "height", "width");
        var codes = NearestCodes(graph.Root["quantize"]["embedding"], latents, config.Codes);
        var x = graph.Root["post_quant_conv"].Conv(codes, config.InnerChannels, kernel: 1);
        x = config.Layers.Decode(graph.Root["decoder"], x, config.PictureChannels);
        graph.Output("sample", x, "batch", config.PictureChannels, "picture_height", "picture_width");
        return graph.Write();
    }

    /// <summary>Graph from <c>sample</c> (B, 3, H, W), −1..1, to <c>latents</c> (B, C, h, w), which are no codes yet.</summary>
    /// <exception cref="ModelFileException">The weights do not fit the config.</exception>
    public static WrittenGraph Encoder(VqModelConfig config, WeightSet weights)
    {
        var graph = new GraphBuilder($"{weights.Path} (encoder)", weights);
        var pictures = graph.Input("sample", OnnxType.Float, config.PictureChannels, "batch", config.PictureChannels, "picture_height", "picture_width");
        var x = graph.Root["quant_conv"].Conv(config.Layers.Encode(graph.Root["encoder"], pictures, config.InnerChannels), config.LatentChannels, kernel: 1);
        graph.Output("latents", x, "batch", config.LatentChannels, "height", "width");
        return graph.Write();
    }

    // ‖z − e‖² is smallest where z·e − ‖e‖²/2 is largest: no table of differences, which would be C times as large.
    private static GraphValue NearestCodes(Module m, GraphValue latents, int count)
    {
        var graph = m.Graph;
        var book = m.Weight("weight", count, latents.Width);
        var squares = graph.Node("ReduceSumSquare", count, [book, graph.Constant(-1L)], new OnnxAttribute("keepdims", 0L)) * graph.Constant([-0.5f]);
        var tokens = latents.ToTokens();
        var closeness = graph.MicrosoftNode("FusedMatMul", count, [tokens.Name, book], new OnnxAttribute("transB", 1L)) + squares;
        var nearest = graph.Node("ArgMax", 0, [closeness.Name], new OnnxAttribute("axis", -1L), new OnnxAttribute("keepdims", 0L));
        return m.Embedding(nearest.Name, count, latents.Width).ToPicture(latents);
    }
}

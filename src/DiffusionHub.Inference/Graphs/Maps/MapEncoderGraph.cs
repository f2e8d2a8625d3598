using DiffusionHub.Inference.Graphs.Modules;
using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Graphs.Maps;

/// <summary>The graph of a SpatialRescaler.</summary>
public static class MapEncoderGraph
{
    /// <summary>Graph from <c>classes</c> (B, H, W), 64-bit integers, to <c>channels</c> (B, C, h, w).</summary>
    /// <exception cref="ModelFileException">The weights do not fit the config.</exception>
    public static WrittenGraph Write(MapEncoderConfig config, WeightSet weights)
    {
        var graph = new GraphBuilder(weights.Path, weights);
        var classes = graph.Input("classes", OnnxType.Int64, 0, "batch", "map_height", "map_width");
        // The original makes a plane of each class, halves them all, and mixes them by a convolution of 1×1 pixels. Both are linear, so the
        // mixture can be looked up first: a pixel has one class.
        var mixture = graph.Weight("channel_mapper.weight", [config.OutChannels, config.Classes, 1, 1], [config.OutChannels, config.Classes]);
        var looked = graph.Node("Gather", config.OutChannels, [mixture, classes.Name], new OnnxAttribute("axis", 1L));
        var x = graph.Node("Transpose", config.OutChannels, [looked.Name], new OnnxAttribute("perm", new long[] { 1, 0, 2, 3 }));
        for (var i = 0; i < config.Stages; i++)
        {
            x = x.Halved();
        }

        graph.Output("channels", x, "batch", config.OutChannels, "height", "width");
        return graph.Write();
    }
}

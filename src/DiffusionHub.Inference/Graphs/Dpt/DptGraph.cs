using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Graphs.Dpt;

/// <summary>The graph of a DPTForDepthEstimation.</summary>
public static class DptGraph
{
    // Channels before the depth itself; no config tells another number.
    private const int LastWidth = 32;

    /// <summary>
    /// Graph from <c>pixel_values</c> (B, 3, H, W), normalised as the model's preprocessor says, to <c>predicted_depth</c> (B, H', W'): inverse
    /// depths, 0 and above, of no certain unit. H' and W' are H and W where those are multiples of twice the patch.
    /// </summary>
    /// <exception cref="ModelFileException">The weights do not fit the config.</exception>
    public static WrittenGraph Write(DptConfig config, WeightSet weights)
    {
        var graph = new GraphBuilder(weights.Path, weights);
        var m = graph.Root;
        var pictures = graph.Input("pixel_values", OnnxType.Float, config.Channels, "batch", config.Channels, "height", "width");
        var states = new DptBackbone(m["dpt"], config).Pictures(pictures, m["neck"]["reassemble_stage"]);
        var x = m["neck"].Fuse(config, states);
        var head = m["head"];
        x = head["head", 0].Conv(x, config.FusionWidth / 2).DoubledSmoothly();
        x = head["head", 2].Conv(x, LastWidth).Of("Relu");
        x = head["head", 4].Conv(x, 1, kernel: 1).Of("Relu");
        graph.Output("predicted_depth", graph.Node("Squeeze", 0, [x.Name, graph.Constant(1L)]), "batch", "depth_height", "depth_width");
        return graph.Write();
    }
}

using DiffusionHub.Inference.Graphs.Classifiers;
using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Inference.Graphs.Dialects;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Graphs.DualEncoder;

/// <summary>The graphs of a VisionTextDualEncoderModel. They calculate in float32 whatever the process does: what is measured with them must not depend on it.</summary>
public static class DualEncoderGraph
{
    /// <summary>
    /// Graph from <c>pixel_values</c> (B, 3, H, W), normalised as the model's preprocessor says, to <c>features</c> (B, F), the means of the last stage's
    /// channels, and <c>image_embeds</c> (B, P), their projection, not normalised.
    /// </summary>
    /// <exception cref="ModelFileException">The weights do not fit the config.</exception>
    public static WrittenGraph Pictures(DualEncoderConfig config, WeightSet weights)
    {
        var graph = new GraphBuilder(weights.Path, weights);
        var features = ResNetGraph.Features(graph.Root["vision_model"], config.Vision);
        graph.Output("features", features, "batch", config.Features);
        graph.Output("image_embeds", graph.Root["visual_projection"].Linear(features, config.Projection, bias: false), "batch", config.Projection);
        return graph.Write();
    }

    /// <summary>The graph of <see cref="ClipTextGraph"/>, whose <c>text_embeds</c> (B, P) lie in the same space.</summary>
    /// <exception cref="ModelFileException">The weights do not fit the config.</exception>
    public static WrittenGraph Texts(DualEncoderConfig config, WeightSet weights) => ClipTextGraph.Write(config.Text, weights, dialect: GraphDialect.Portable);
}

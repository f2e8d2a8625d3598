using DiffusionHub.Inference.Graphs.Modules;
using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Graphs.Classifiers;

/// <summary>The graph of a ViTForImageClassification.</summary>
public static class VitGraph
{
    /// <summary>
    /// Graph from <c>pixel_values</c> (B, 3, S, S), normalised as the model's preprocessor says, and <c>target</c> (B, K), a one in the place of the
    /// wanted class, to <c>logits</c> (B, K) and <c>loss</c> (B, 1), the cross-entropy.
    /// </summary>
    /// <exception cref="ModelFileException">The weights do not fit the config.</exception>
    public static WrittenGraph Write(VitConfig config, WeightSet weights)
    {
        var graph = new GraphBuilder(weights.Path, weights);
        var pictures = graph.Input("pixel_values", OnnxType.Float, 3, "batch", 3, config.Side, config.Side);
        var m = graph.Root["vit"];
        var embeddings = m["embeddings"];
        var side = (long)(config.Side / config.Patch);
        var tokens = embeddings["patch_embeddings"]["projection"].Patches(pictures, config.Width, config.Patch).After(embeddings.Weight("cls_token", 1, 1, config.Width));
        var x = graph.Node("Add", config.Width, [tokens.Name, embeddings.Weight("position_embeddings", 1, (side * side) + 1, config.Width)]);
        var layer = new VisionLayerOptions(config.Heads, config.InnerWidth, config.AttentionBias, config.Epsilon);
        for (var i = 0; i < config.Layers; i++)
        {
            x = m["encoder"]["layer", i].EncodeByVision(x, layer);
        }

        graph.Classify(graph.Root["classifier"].Linear(m["layernorm"].LayerNorm(x.FirstToken(), config.Epsilon), config.Classes), config.Classes);
        return graph.Write();
    }
}

using DiffusionHub.Inference.Graphs.Modules;
using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Graphs.Clip;

/// <summary>The graph of a CLIP image encoder with a projection.</summary>
public static class ClipVisionGraph
{
    /// <summary>Graph from <c>pixel_values</c> (B, 3, S, S), normalised as the model's preprocessor says, to <c>image_embeds</c> (B, P).</summary>
    /// <exception cref="ModelFileException">The weights do not fit the config.</exception>
    public static WrittenGraph Write(ClipVisionConfig config, WeightSet weights)
    {
        var graph = new GraphBuilder(weights.Path, weights);
        graph.Output("image_embeds", Vector(graph, config), "batch", config.Projection);
        return graph.Write();
    }

    /// <summary>From an input <c>pixel_values</c> to the picture's vector, (B, P).</summary>
    internal static GraphValue Vector(GraphBuilder graph, ClipVisionConfig config)
    {
        var weights = graph.Weights;
        var pictures = graph.Input("pixel_values", OnnxType.Float, config.Channels, "batch", config.Channels, config.Side, config.Side);

        // Newer files leave the prefix out.
        var m = weights.Has("vision_model.post_layernorm.weight") ? graph.Root["vision_model"] : graph.Root;

        var patches = m["embeddings"]["patch_embedding"].Patches(pictures, config.Width, config.Patch, bias: false);
        var positions = m["embeddings"]["position_embedding"].Weight("weight", config.Tokens, config.Width);
        var tokens = patches.After(graph.Weight($"{m["embeddings"].Path}.class_embedding", [config.Width], [1, 1, config.Width]));
        var x = graph.Node("Add", config.Width, [tokens.Name, positions]);

        // The layer's name is misspelt in all published files.
        x = m["pre_layrnorm"].LayerNorm(x, config.Epsilon);
        var layer = new ClipLayerOptions(config.Heads, config.InnerWidth, config.QuickGelu, config.Epsilon, Causal: false);
        for (var i = 0; i < config.Layers; i++)
        {
            x = m["encoder"]["layers", i].EncodeByClip(x, layer);
        }

        return graph.Root["visual_projection"].Linear(m["post_layernorm"].LayerNorm(x.FirstToken(), config.Epsilon), config.Projection, bias: false);
    }
}

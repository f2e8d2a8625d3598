using DiffusionHub.Inference.Graphs.Modules;
using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Graphs.Dpt;

/// <summary>The transformer of a DPT, and in a hybrid the convolutions before it.</summary>
/// <param name="m">The module.</param>
/// <param name="config">Its set-up.</param>
internal sealed class DptBackbone(Module m, DptConfig config)
{
    private readonly Module embeddings = m["embeddings"];

    /// <summary>What the layers gave, as pictures of the neck's channels, the largest first.</summary>
    /// <param name="x">(B, 3, H, W).</param>
    /// <param name="reassemble">The neck's layers that make pictures of tokens.</param>
    public IReadOnlyList<GraphValue> Pictures(GraphValue x, Module reassemble)
    {
        var pictures = new List<GraphValue>();
        GraphValue patches;
        if (config.Backbone is { } convolutions)
        {
            var stages = embeddings["backbone"]["bit"].Stages(convolutions, x);
            pictures.AddRange(stages.SkipLast(1));
            patches = embeddings["projection"].Conv(stages[^1], config.Width, kernel: 1);
        }
        else
        {
            patches = embeddings["patch_embeddings"]["projection"].Conv(x, config.Width, config.Patch, config.Patch, [0, 0, 0, 0]);
        }

        var tokens = Tokens(patches);
        var layer = new VisionLayerOptions(config.Heads, config.InnerWidth, config.AttentionBias, config.Epsilon);
        for (var i = 0; i <= config.OutLayers[^1]; i++)
        {
            tokens = m["encoder"]["layer", i].EncodeByVision(tokens, layer);
            if (config.OutLayers.Contains(i))
            {
                pictures.Add(reassemble.Reassemble(config, tokens, patches, pictures.Count));
            }
        }

        return pictures;
    }

    private GraphValue Tokens(GraphValue patches)
    {
        var graph = m.Graph;
        var side = config.Side / config.Patch;
        var positions = new GraphValue(graph, embeddings.Weight("position_embeddings", 1, (side * side) + 1, config.Width), config.Width);
        var grid = graph.Node("Transpose", config.Width, [positions.Tokens(1).Name], new OnnxAttribute("perm", new long[] { 0, 2, 1 }));
        grid = grid.Reshape(config.Width, graph.Constant(1, config.Width, side, side)).Smoothly(patches);
        var first = positions.Tokens(0, 1) + new GraphValue(graph, embeddings.Weight("cls_token", 1, 1, config.Width), config.Width);
        return (patches.ToTokens() + grid.ToTokens()).After(first.Name);
    }
}

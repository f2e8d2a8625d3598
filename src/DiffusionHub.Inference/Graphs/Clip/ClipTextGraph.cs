using DiffusionHub.Inference.Graphs.Adapters;
using DiffusionHub.Inference.Graphs.Dialects;
using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Weights;
using DiffusionHub.Inference.Weights.Adapters;

namespace DiffusionHub.Inference.Graphs.Clip;

/// <summary>The graph of a CLIP text encoder.</summary>
public static class ClipTextGraph
{
    private const string LastNorm = "final_layer_norm.weight";

    /// <summary>
    /// Graph from <c>input_ids</c> (B, N) to <c>last_hidden_state</c> (B, N, C), <c>hidden_states.0</c> (the embeddings) to
    /// <c>hidden_states.L</c> (the last layer's output before the final normalisation), <c>normal_states.0</c> to <c>normal_states.L</c> (the same
    /// after it, for texts that skip layers), and the text's own vector: <c>pooler_output</c> (B, C), or <c>text_embeds</c> (B, P) where there is a
    /// projection.
    /// </summary>
    /// <param name="config">Its set-up.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="adapters">What changes them; layers for other modules are passed over.</param>
    /// <param name="encoder">Which of a pipeline's text encoders it is, for the adapters: 1 or 2.</param>
    /// <param name="dialect">What it is written for; null: this process's device and precision.</param>
    /// <exception cref="ModelFileException">The weights or an adapter do not fit the config.</exception>
    public static WrittenGraph Write(ClipTextConfig config, WeightSet weights, IReadOnlyList<Adapter>? adapters = null, int encoder = 1, GraphDialect? dialect = null)
    {
        var part = encoder == 1 ? LoraPart.TextEncoder : LoraPart.TextEncoder2;
        var graph = new GraphBuilder(weights.Path, weights, new AdapterLayers(weights.Path, adapters ?? [], part), dialect ?? GraphDialect.OfProcess);
        var ids = graph.Input("input_ids", OnnxType.Int64, 0, "batch", "tokens");

        // Newer files leave the prefix out; beside an image encoder it comes twice.
        const string prefix = "text_model";
        var m = graph.Root[prefix][prefix].Has(LastNorm) ? graph.Root[prefix][prefix] : graph.Root[prefix].Has(LastNorm) ? graph.Root[prefix] : graph.Root;
        var x = Embeddings(m["embeddings"], config, ids);
        var layer = new ClipLayerOptions(config.Heads, config.InnerWidth, config.QuickGelu, config.Epsilon, Causal: true);
        var normal = States(0);
        for (var i = 0; i < config.Layers; i++)
        {
            x = m["encoder"]["layers", i].EncodeByClip(x, layer);
            normal = States(i + 1);
        }

        graph.Output("last_hidden_state", normal, "batch", "tokens", config.Width);
        var pooled = Pool(graph, config, normal, ids);
        if (config.Projection is { } width)
        {
            graph.Output("text_embeds", graph.Root["text_projection"].Linear(pooled, width, bias: false), "batch", width);
        }
        else
        {
            graph.Output("pooler_output", pooled, "batch", config.Width);
        }

        return graph.Write();

        GraphValue States(int number)
        {
            graph.Output($"hidden_states.{number}", x, "batch", "tokens", config.Width);
            var state = m["final_layer_norm"].LayerNorm(x, config.Epsilon);
            graph.Output($"normal_states.{number}", state, "batch", "tokens", config.Width);
            return state;
        }
    }

    private static GraphValue Embeddings(Module m, ClipTextConfig config, GraphValue ids)
    {
        var graph = m.Graph;
        var positions = graph.Node(
            "Slice", config.Width, [m["position_embedding"].Weight("weight", config.Tokens, config.Width), graph.Constant(0L), ids.Shape(1, 2), graph.Constant(0L)]);
        return m["token_embedding"].Embedding(ids.Name, config.Vocabulary, config.Width) + positions;
    }

    // The state of the token that ends the text, which alone has seen all of it: (B, N, C) to (B, C).
    private static GraphValue Pool(GraphBuilder graph, ClipTextConfig config, GraphValue x, GraphValue ids)
    {
        var marks = config.EndToken is { } end
            ? graph.Node("Cast", 0, [graph.Node("Equal", 0, [ids.Name, graph.Constant(end)]).Name], new OnnxAttribute("to", (long)OnnxType.Float))
            : ids;
        var first = graph.Node("ArgMax", 1, [marks.Name], new OnnxAttribute("axis", 1L), new OnnxAttribute("keepdims", 1L));
        return graph.Node("GatherND", x.Width, [x.Name, first.Name], new OnnxAttribute("batch_dims", 1L));
    }
}

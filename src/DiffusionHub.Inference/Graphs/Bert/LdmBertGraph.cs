using DiffusionHub.Inference.Graphs.Modules;
using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Graphs.Bert;

/// <summary>The graph of an LDMBertModel. No token is hidden from another, not even the padding.</summary>
public static class LdmBertGraph
{
    /// <summary>Graph from <c>input_ids</c> (B, N) to <c>last_hidden_state</c> (B, N, C).</summary>
    /// <exception cref="ModelFileException">The weights do not fit the config.</exception>
    public static WrittenGraph Write(LdmBertConfig config, WeightSet weights)
    {
        var graph = new GraphBuilder(weights.Path, weights);
        var ids = graph.Input("input_ids", OnnxType.Int64, 0, "batch", "tokens");
        var m = graph.Root["model"];
        var positions = graph.Node(
            "Slice", config.Width, [m["embed_positions"].Weight("weight", config.Tokens, config.Width), graph.Constant(0L), ids.Shape(1, 2), graph.Constant(0L)]);
        var x = m["embed_tokens"].Embedding(ids.Name, config.Vocabulary, config.Width) + positions;
        for (var i = 0; i < config.Layers; i++)
        {
            x = Layer(m["layers", i], config, x);
        }

        graph.Output("last_hidden_state", m["layer_norm"].LayerNorm(x), "batch", "tokens", config.Width);
        return graph.Write();
    }

    private static GraphValue Layer(Module m, LdmBertConfig config, GraphValue x)
    {
        var (attention, width) = (m["self_attn"], (long)config.Heads * config.HeadWidth);
        var h = m["self_attn_layer_norm"].LayerNorm(x);
        var mixed = Attention.DotProduct(
            attention["q_proj"].Linear(h, width, bias: false), attention["k_proj"].Linear(h, width, bias: false), attention["v_proj"].Linear(h, width, bias: false), config.Heads, causal: false);
        x += attention["out_proj"].Linear(mixed, x.Width);
        h = m["fc1"].Linear(m["final_layer_norm"].LayerNorm(x), config.InnerWidth);
        return x + m["fc2"].Linear(h.Gelu(), x.Width);
    }
}
